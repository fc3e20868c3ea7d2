import {createHash} from 'node:crypto';
import {checkedPath} from './names.ts';

/**
 * The hash that a service started with these files carries: the sha256 (hex) of the lines `sha256sum` prints for
 * them, sorted, so that the order in which they are named does not matter. templates/usr/local/lib/mesos-setup/configuration.eta computes the same on the host when the
 * service starts; a file missing there has no line.
 * @throws SetupError (exit 2) for a path no host can have
 */
export function configurationHash(files: {path: string; content: string | Uint8Array}[]): string {
	const lines = files.map(({path, content}) => {
		return `${createHash('sha256').update(content).digest('hex')}  ${checkedPath(path)}\n`;
	});
	return createHash('sha256').update(lines.sort().join('')).digest('hex');
}
