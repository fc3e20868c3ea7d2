import {existsSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** The package's own folder, found upwards from this file: it is deeper in dist/ than in a checkout. */
function packageFolder(): string {
	let folder = dirname(fileURLToPath(import.meta.url));
	while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
	return folder;
}

const folder = packageFolder();

/** Text of a file that ships with the package, by its path from the package's top, e.g. `templates/facts.sh`. */
export function packageFile(path: string): string {
	return readFileSync(join(folder, path), 'utf8');
}

/** The tool's own version, as in package.json. */
export const version: string = JSON.parse(packageFile('package.json')).version;
