import {createHash} from 'node:crypto';
import {join, resolve} from 'node:path';

const checkout = resolve(import.meta.dirname, '../..');

/** What belongs to one lab on this machine. Everything is derived from its folder, so labs of other clones never clash. */
export type LabNames = {
	name: string;
	/** Holds everything the lab writes. */
	folder: string;
	/** Network namespace, and name of the lab's control group and the start of its machine names. */
	namespace: string;
	stateFile: string;
	keyFile: string;
	lockFile: string;
};

/** @throws when the name could not be part of a path or a machine name */
export function labNames(name: string, root: string = checkout): LabNames {
	if (!/^[a-z][a-z0-9-]{0,30}$/.test(name) || name === 'snapshots')
		throw new Error(`A lab cannot be called "${name}": use lower case letters, digits and dashes, a letter first.`);
	const folder = join(root, '.lab', name);
	const namespace = `${namespacePrefix}${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
	return {
		name,
		folder,
		namespace,
		stateFile: join(folder, 'lab.json'),
		keyFile: join(folder, 'key.pem'),
		lockFile: join(cacheFolder, 'locks', namespace),
	};
}

export const namespacePrefix = 'mesoslab-';

/** Snapshots outlive the labs they were taken of. */
export const snapshotsFolder: string = join(checkout, '.lab', 'snapshots');

/** What takes long to make and is the same for every clone and run. */
export const cacheFolder = '/var/cache/mesos-setup-lab';

/** Where the hosts find the mirror; also the gateway's end of the bridge. */
export const mirrorAddress = '198.18.0.1';

/** `master-N` is .1N, `slave-N` is .2N and so on; any other name takes the next free number from .101. */
export function hostAddresses(names: readonly string[]): Map<string, string> {
	const addresses = new Map<string, string>();
	let next = 101;
	for (const name of names) {
		const known = /^(master|slave)-(\d+)$/.exec(name);
		const index = Number(known?.[2]);
		const number =
			!known || index > (known[1] === 'master' ? 9 : 79) ? next++ : (known[1] === 'master' ? 10 : 20) + index;
		if (addresses.has(name)) throw new Error(`Two hosts of the lab are called ${name}.`);
		if (number > 254) throw new Error('A lab has room for about 240 hosts.');
		addresses.set(name, `198.18.0.${number}`);
	}
	return addresses;
}
