import {existsSync} from 'node:fs';
import {readFile, rename, writeFile} from 'node:fs/promises';
import type {Ec2Endpoint} from './ec2/start-ec2.ts';
import type {Mirror} from './mirror/start-mirror.ts';
import type {LabNames} from './names.ts';

/** `lab.json`: what a lab is made of. */
export type LabState = {
	name: string;
	folder: string;
	namespace: string;
	key: string;
	/** False until every host answered once. */
	ready: boolean;
	/** Folder of the root file system below all layers. */
	base: string;
	/** Names of the snapshots between the base and what the hosts write, topmost first. */
	snapshots: string[];
	/** Who logs in to the hosts. */
	user: string;
	hosts: {name: string; address: string; machine: string; pid?: number | undefined}[];
	ec2?: Ec2Endpoint;
	/** What it said when it started, but for the files it wanted on the hosts. */
	mirror?: {address: string} & Omit<Mirror, 'hostFiles'>;
};

export async function readState(names: LabNames): Promise<LabState | undefined> {
	if (!existsSync(names.stateFile)) return undefined;
	// Labs that are up since before there were other users do not say who logs in.
	return {user: 'ec2-user', ...JSON.parse(await readFile(names.stateFile, 'utf8'))} as LabState;
}

export async function writeState(names: LabNames, state: LabState): Promise<void> {
	await writeFile(`${names.stateFile}.new`, `${JSON.stringify(state, undefined, '\t')}\n`);
	await rename(`${names.stateFile}.new`, names.stateFile);
}
