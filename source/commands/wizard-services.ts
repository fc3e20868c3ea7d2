import {existsSync} from 'node:fs';
import {dirname} from 'node:path';
import {readClusterFile} from '../cluster/cluster-file.ts';
import {SetupError} from '../cluster/setup-error.ts';
import {openStore, type Store} from '../cluster/store.ts';
import {listProfiles, regionOf} from '../discovery/aws.ts';
import {discover, keyPairs, listRegions} from '../discovery/ec2.ts';
import {matchKey} from '../discovery/key-match.ts';
import type {RunStore} from '../panels/run-store.ts';
import {createRunStore} from '../panels/run-store.ts';
import {limited} from '../pipeline/assemble.ts';
import {closingGates} from '../pipeline/coordination.ts';
import {examine} from '../pipeline/doctor/examine.ts';
import {publishedChecksum} from '../pipeline/doctor/published-checksum.ts';
import type {Listener} from '../pipeline/events.ts';
import {Fleet} from '../pipeline/fleet.ts';
import {hostsToReboot} from '../pipeline/reboot.ts';
import {agentKeys} from '../remote/agent-keys.ts';
import {readBundle, readBundles} from '../sources/read-bundle.ts';
import type {Around, Services} from '../wizard/services.ts';
import type {AccountChoice, Found, KnownCluster} from '../wizard/state.ts';
import type {Subject} from '../wizard/subject.ts';
import {carryOut} from './apply.ts';
import {examineNetwork} from './cloud-network.ts';
import {checkKeys, createConnect, tellWrongKeys} from './connector.ts';
import {checkKeyFile, completePath, expand, proposeKeys, protectKey, shorten} from './key-files.ts';
import type {LoadedCluster} from './load-cluster.ts';
import {locate} from './locate.ts';
import {openRun} from './open-run.ts';
import {type OpenedPage, openPage} from './open-ui.ts';
import type {CommandOptions} from './options.ts';
import {saveClusterFile} from './save-cluster-file.ts';
import {lookAtCluster} from './status.ts';
import type {Run} from './verb.ts';
import {proveCluster} from './verify.ts';
import {writeTags} from './write-tags.ts';

export type WizardServices = {
	services: Services;
	/** Of the installation under way. */
	panels(): {title: string; store: RunStore} | undefined;
	/** Ends tunnels. */
	close(): Promise<void>;
};

function known(store: Store, name: string): KnownCluster | undefined {
	const stored = store.load(name);
	if (!stored) return undefined;
	const {cluster, file, last_used, record} = stored;
	const unfinished = stored.unfinished === true;
	return {name, cluster, file, unfinished, installed: record !== undefined, last_used};
}

/** The account that is meant where nobody says: the environment's credentials before profiles, as the AWS tools have it. */
async function usualAccount(profiles: Found['profiles']): Promise<AccountChoice | undefined> {
	const {AWS_ACCESS_KEY_ID, AWS_PROFILE} = process.env;
	const profile = AWS_PROFILE || (AWS_ACCESS_KEY_ID ? undefined : profiles[0]?.name);
	if (profile === undefined && !AWS_ACCESS_KEY_ID) return undefined;
	try {
		return {profile, region: await regionOf({profile})};
	} catch (error) {
		// Without a region there is nothing to be found unasked; the other entry asks for one.
		if (error instanceof SetupError) return undefined;
		throw error;
	}
}

/** The doors from the wizard to everything below it. Nothing of it draws; events go to the log and to the listener. */
export function createServices(frame: Run, options: CommandOptions): WizardServices {
	const store = openStore(frame.home);
	// Full screen, the wizard draws what there is to see; in lines the frame does.
	const show: Listener = options.plain ? frame.emit : frame.log.event;
	const passphrases = new Map<string, string>();
	const pages: OpenedPage[] = [];
	let uiFleet: Fleet | undefined;
	let panels: {title: string; store: RunStore} | undefined;

	const runFor = (listener: Listener, {signal, askPassphrase}: Around): Run => ({
		...frame,
		emit: event => {
			show(event);
			listener(event);
		},
		live: async () => {},
		signal: AbortSignal.any([signal, frame.signal]),
		ask: {
			mustBeAskable: () => {},
			confirm: async () => true,
			async passphrase(path) {
				const answer = passphrases.get(path) ?? (await askPassphrase(path));
				if (answer !== '') passphrases.set(path, answer);
				return answer;
			},
		},
	});
	const loadedFrom = ({cluster, file}: Omit<Subject, 'limit'>, run: Run) => {
		const loaded: LoadedCluster = {cluster, file, store, stored: store.load(cluster.name)};
		return locate(loaded, run.emit, run.signal);
	};
	const open = async (subject: Subject, run: Run) => {
		const loaded = await loadedFrom(subject, run);
		const limit = [...subject.limit];
		const opened = await openRun(
			{...loaded, record: loaded.stored?.record},
			{...options, limit, yes: true, reboot: subject.reboot ?? false},
			run,
			{
				keys: tellWrongKeys,
			},
		);
		return {opened, loaded};
	};

	const services: Services = {
		async lookAround() {
			const profiles = await listProfiles();
			const [account, keys] = await Promise.all([usualAccount(profiles), agentKeys(process.env.SSH_AUTH_SOCK)]);
			const clusters = store.list().flatMap(name => known(store, name) ?? []);
			return {profiles, account, clusters, agentKeys: keys};
		},
		// Any region answers which regions there are; without one of its own the oldest is asked.
		async listRegions(profile, signal) {
			const own = await regionOf({profile}).catch(() => undefined);
			return listRegions({profile, signal, region: own ?? 'us-east-1'}).catch((error: unknown) => {
				// Who may not list regions has one all the same.
				if (error instanceof SetupError && own !== undefined) return [own];
				throw error;
			});
		},
		discover: (account, signal, onNote) => discover({...account, signal, onNote}),
		async readClusterFile(path) {
			const file = expand(path);
			if (!existsSync(file)) {
				throw new SetupError({
					cause: `${path} does not exist.`,
					fix: 'Type another path; Tab completes it.',
					exitCode: 2,
				});
			}
			const cluster = await readClusterFile(file);
			const stored = known(store, cluster.name);
			return {file, cluster, known: store.load(cluster.name)?.record ? stored : undefined};
		},
		async findBundle(path) {
			const kept = shorten(expand(path));
			await readBundle(kept);
			return kept;
		},
		publishedChecksum: (source, signal) => publishedChecksum(source, signal),
		proposeKeys: async names => proposeKeys(names),
		completePath: async text => completePath(text),
		async checkKey(path, {passphrase, keyName, account, signal}) {
			const checked = await checkKeyFile(path, passphrase);
			if ('problem' in checked) return checked;
			if (passphrase !== undefined) passphrases.set(expand(path), passphrase);
			const {verdict, key} = checked;
			if (!key || !keyName || !account) return verdict;
			try {
				const [pair] = await keyPairs([keyName], {...account, signal});
				return {...verdict, match: pair && matchKey(key, pair)};
			} catch (error) {
				// The login itself will tell.
				if (!(error instanceof SetupError)) throw error;
				return {...verdict, match: {verdict: 'unknown', detail: error.reason}};
			}
		},
		protectKey: async path => protectKey(path),
		async examine(subject, listener, around, rule) {
			const {limit, file} = subject;
			const run = runFor(listener, around);
			const located = await loadedFrom(subject, run);
			const {cluster} = located;
			const connect = await createConnect(located, run, run.emit, checkKeys(run.emit));
			const fleet = new Fleet(limited(cluster, limit), cluster.hosts, connect, run.emit);
			try {
				const stored = store.load(cluster.name)?.record;
				const bundles = await readBundles(cluster, file && dirname(file));
				const network = examineNetwork(located, run.emit, {fix: rule ?? false, signal: run.signal});
				// What is added now must be there when the hosts try to reach each other.
				if (rule) await network;
				const [missing] = await Promise.all([
					network,
					examine({
						...{cluster, fleet, limit, stored, bundles, allowUnsupported: false, asksForReboot: true},
						listener: run.emit,
						signal: run.signal,
					}),
				]);
				return missing;
			} finally {
				await fleet.close();
			}
		},
		async plan(subject, listener, around) {
			const {opened} = await open(subject, runFor(listener, around));
			try {
				const {fleet, hosts, cluster} = opened;
				const reboots = await hostsToReboot(fleet, hosts, cluster);
				if (reboots.length === 0 || subject.reboot !== undefined) await opened.pipeline('plan');
				return reboots;
			} finally {
				await opened.close();
			}
		},
		async apply(subject, listener, around) {
			const {cluster} = subject;
			const began = Date.now();
			const title = subject.limit.length > 0 ? 'add slaves to' : 'install';
			const hosts = limited(cluster, subject.limit);
			const run = createRunStore({hosts, gates: closingGates(cluster)});
			panels = {title: `${title} ${cluster.name}`, store: run};
			const stopping = () => run.notice('Stopping: the steps in hand end first. Once more to leave at once.');
			around.signal.addEventListener('abort', stopping, {once: true});
			const tell: Listener = event => {
				run.take(event);
				listener(event);
			};
			const frameOfRun = runFor(tell, around);
			try {
				const {opened, loaded} = await open(subject, frameOfRun);
				try {
					if (subject.tag) await writeTags(loaded.cluster, opened.hosts, opened.emit, frameOfRun.signal);
					await carryOut(opened, loaded, frameOfRun.signal);
					const {failed, changed} = opened.report;
					return {failed, changed, ms: Date.now() - began, stopped: frameOfRun.signal.aborted};
				} finally {
					await opened.close();
				}
			} finally {
				around.signal.removeEventListener('abort', stopping);
				panels = undefined;
			}
		},
		async verify(subject, prove, listener, around) {
			const began = Date.now();
			const look = prove ? proveCluster : lookAtCluster;
			const run = runFor(listener, around);
			const {urls} = await look(await loadedFrom(subject, run), run);
			return {urls, ms: Date.now() - began};
		},
		async openPage({cluster}, {url, host}, around) {
			const page = await openPage(url, async () => {
				// A connection of its own, for tunnels outlive the screen that opened them.
				uiFleet ??= await fleetFor(
					cluster,
					runFor(() => {}, {...around, signal: frame.signal}),
				);
				return uiFleet.reach(host, Number(new URL(url).port));
			});
			pages.push(page);
			return page.text;
		},
		saveClusterFile,
		forget: async name => store.forget(name),
	};
	const fleetFor = async (saved: Subject['cluster'], run: Run) => {
		const located = await loadedFrom({cluster: saved}, run);
		const {cluster} = located;
		const connect = await createConnect(located, run, run.emit);
		const fleet = new Fleet(cluster.hosts, cluster.hosts, connect, run.emit);
		await fleet.reached();
		return fleet;
	};
	return {
		services,
		panels: () => panels,
		async close() {
			for (const page of pages) page.close();
			await uiFleet?.close();
		},
	};
}
