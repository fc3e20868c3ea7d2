import {SetupError} from '../cluster/setup-error.ts';
import {openStore} from '../cluster/store.ts';
import {unifiedDiff} from '../pipeline/diff.ts';
import {Report} from '../pipeline/report.ts';
import {needsRoot, writeFile} from '../remote/this-computer/local-file.ts';
import {
	type Computer,
	type LocalFile,
	type LocalNames,
	namedClusters,
	planNames,
	planNoNames,
	thisComputer,
} from '../remote/this-computer/local-names.ts';
import {toFailure} from './failure.ts';
import {loadCluster} from './load-cluster.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

const host = 'localhost';

function refuse(cause: string, fix: string): SetupError {
	return new SetupError({field: '--cluster', cause, fix, exitCode: 2});
}

/** The cluster whose names go; it may be forgotten and its file gone. Undefined where there are no names to be meant. */
async function clusterToUndo(options: CommandOptions, home: string, computer: Computer): Promise<string | undefined> {
	if (options.clusterFile !== undefined) return (await loadCluster(options, home)).cluster.name;
	const named = await namedClusters(computer);
	const {cluster = named[0]} = options;
	if (named.length === 0 || cluster === undefined) return undefined;
	const list = named.join(', ');
	if (named.length > 1 && options.cluster === undefined)
		throw refuse(`several clusters have names on this computer: ${list}.`, 'Name one of them with --cluster.');
	if (named.includes(cluster) || openStore(home).load(cluster)) return cluster;
	throw refuse(`this computer has no names of a cluster ${JSON.stringify(cluster)}.`, `It has those of: ${list}.`);
}

const isSettled = ({before, after}: LocalFile) => before === after;

function diffOf({shown, before, after}: LocalFile): string | undefined {
	const text = (bytes: string | undefined) =>
		bytes === undefined ? undefined : Buffer.from(bytes, 'latin1').toString();
	return unifiedDiff(shown, text(before) ?? '', text(after) ?? '');
}

function question(files: readonly LocalFile[], uid: number): string {
	const names = files.map(file => `${file.shown}${needsRoot(file, uid) ? ' (with sudo)' : ''}`);
	return `Change ${names.join(' and ')} of this computer?`;
}

/** Gives this computer names for a cluster's hosts, or takes them away again. */
export async function run(options: CommandOptions, _args: string[], frame: Run): Promise<number> {
	return nameHosts(options, frame, thisComputer());
}

async function planned(options: CommandOptions, home: string, computer: Computer): Promise<LocalNames> {
	if (!options.undo) return planNames((await loadCluster(options, home)).cluster, computer);
	const name = await clusterToUndo(options, home, computer);
	if (name !== undefined) return planNoNames(name, computer);
	return {files: [], notes: ['This computer has no names of any cluster that could be taken out.']};
}

/** The same for a computer in hand. */
export async function nameHosts(options: CommandOptions, frame: Run, computer: Computer): Promise<number> {
	const {files, notes} = await planned(options, frame.home, computer);
	const uid = process.getuid?.() ?? 0;
	const by = {uid, sudo: 'sudo', terminal: frame.streams.stdin.isTTY === true};
	const report = new Report(files.length > 0 ? [host] : []);
	const step = (file: LocalFile, status: 'ok' | 'would-change' | 'changed' | 'failed', ms = 0) => {
		const diff = isSettled(file) ? undefined : diffOf(file);
		const event = {event: 'step', host, role: 'local', step: file.shown, status, ms, diff} as const;
		if (status !== 'would-change') report.take(event);
		frame.emit(event);
	};
	const changes = files.filter(file => !isSettled(file));
	for (const file of files.filter(isSettled)) step(file, 'ok');
	for (const text of notes) frame.emit({event: 'note', text});
	if (uid === 0 && process.env.SUDO_USER) {
		const text = `This is about root's ~/.ssh/config. For that of ${process.env.SUDO_USER} run it without sudo; it asks for sudo itself.`;
		frame.emit({event: 'note', text});
	}
	if (changes.length > 0 && !options.yes) {
		frame.ask.mustBeAskable(question(changes, uid));
		for (const file of changes) step(file, 'would-change');
		if (!(await frame.ask.confirm(question(changes, uid)))) {
			frame.emit({event: 'note', text: 'Nothing was changed.'});
			return 0;
		}
	}
	for (const file of changes) {
		const began = performance.now();
		const failure = await writeFile(file, by).then(() => undefined, toFailure);
		step(file, failure ? 'failed' : 'changed', Math.round(performance.now() - began));
		for (const event of failure?.events ?? []) frame.emit(event);
	}
	frame.emit(report.summary());
	return report.failed > 0 ? 1 : 0;
}
