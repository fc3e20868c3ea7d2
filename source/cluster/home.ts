import {existsSync, readdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

/** The folder of saved clusters and logs on this computer: MESOS_SETUP_HOME, else below the user's configuration folder. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
	return env.MESOS_SETUP_HOME || join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'mesos-setup');
}

/** Where the saved clusters of `home` are, one JSON file each. */
export function clustersFolder(home: string): string {
	return join(home, 'clusters');
}

/** Names of the files in the store, read without opening it: quick enough for a Tab. */
export function savedNames(home: string): string[] {
	const folder = clustersFolder(home);
	const files = existsSync(folder) ? readdirSync(folder) : [];
	return files.filter(file => file.endsWith('.json')).map(file => file.slice(0, -'.json'.length));
}
