import pLimit from 'p-limit';
import type {Host} from '../../cluster/model.ts';
import {artifactFolder, artifactPath} from '../../steps/artifact.ts';
import type {Artifact} from '../../steps/step.ts';
import {size} from '../doctor/check.ts';
import type {Listener} from '../events.ts';
import type {Member} from '../fleet.ts';
import {openDepot} from './depot.ts';
import {Holders} from './holders.ts';
import {type Depot, fetchFrom, listen, send} from './transfer.ts';

export type DistributionOptions = {
	member(name: string): Promise<Member>;
	/** Those this run is about. */
	hosts: readonly Host[];
	portRanges: string;
	listener: Listener;
	signal: AbortSignal;
};

/** How long a host waits for a slave that could pass files on, ms, before they are sent to it from here. */
const depotPatience = 60_000;
/** Files on their way to one host at a time. */
const atOnce = 3;

const megabytes = (bytes: number) => (bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} kB` : size(bytes / 1_048_576));

/**
 * Brings files of this computer to hosts. Each is sent once, to a slave; the others fetch it from there and then from each other,
 * over ports that the cluster has open on slaves anyway. A host that can reach no other gets its files from here.
 */
export class Distribution {
	readonly #options: DistributionOptions;
	readonly #sent = new Map<string, Promise<void>>();
	readonly #holders = new Map<string, Holders>();
	readonly #depots = new Map<string, Promise<Depot | string>>();
	/** Slaves that can pass files on, in the order in which they were ready to. */
	#ready: string[] = [];
	#looking = Promise.withResolvers<void>();
	readonly #over = new Set<string>();
	readonly #isolated = new Set<string>();
	#bytes = 0;
	#copies = 0;

	constructor(options: DistributionOptions) {
		this.#options = options;
	}

	/** Resolves when the host has all of the files it lacks. Rejects with a SetupError or the signal's reason. */
	async bring(host: string, files: readonly Artifact[]): Promise<void> {
		const member = await this.#options.member(host);
		if (member.host.role === 'slave') this.#isReady(host);
		const limit = pLimit(atOnce);
		const lacking = await lackedBy(member, files);
		await Promise.all(lacking.map(file => limit(() => this.#bring(member, file))));
	}

	/** The host takes no more part; one that came to a good end can still pass files on. */
	over(host: string, failed: boolean): void {
		this.#over.add(host);
		if (!failed && this.#options.hosts.some(one => one.name === host && one.role === 'slave')) this.#isReady(host);
		this.#looking.resolve();
		this.#looking = Promise.withResolvers<void>();
	}

	/** Ends what serves, says what was sent and, where no later run needs them any more, takes the files away. */
	async close(remove: boolean): Promise<void> {
		const depots = await Promise.allSettled(this.#depots.values());
		for (const one of depots) if (one.status === 'fulfilled' && typeof one.value === 'object') one.value.close();
		if (this.#sent.size === 0) return;
		const {member, hosts, listener} = this.#options;
		listener({
			event: 'check',
			check: 'bundle',
			status: 'ok',
			detail: `${this.#sent.size} file${this.#sent.size === 1 ? '' : 's'} (${megabytes(this.#bytes)}) sent from this computer, ${this.#copies} cop${this.#copies === 1 ? 'y' : 'ies'} from host to host`,
		});
		if (!remove) return;
		await Promise.allSettled(
			hosts.map(async host => {
				const {session} = await member(host.name);
				await listen(await session.open(`rm -rf ${artifactFolder}`)).all;
			}),
		);
	}

	#isReady(host: string): void {
		if (this.#ready.includes(host)) return;
		this.#ready.push(host);
		this.#looking.resolve();
		this.#looking = Promise.withResolvers<void>();
	}

	async #bring(member: Member, file: Artifact): Promise<void> {
		const host = member.host.name;
		const relay = this.#isolated.has(host) ? undefined : await this.#relay();
		if (relay === undefined || relay === host) return this.#send(member, file);
		try {
			await this.#send(await this.#options.member(relay), file);
		} catch {
			this.#options.signal.throwIfAborted();
			// It is told where that host has its own need of it; here another way is found.
			this.#ready = this.#ready.filter(name => name !== relay);
			return this.#bring(member, file);
		}
		const trouble = await this.#fetch(member, file);
		if (trouble === undefined) return;
		this.#options.signal.throwIfAborted();
		if (!this.#isolated.has(host)) {
			this.#isolated.add(host);
			this.#options.listener({
				event: 'note',
				text: `${host}: ${trouble}. Its files are sent from this computer instead.`,
			});
		}
		return this.#send(member, file);
	}

	/** The slave that gets files first; undefined where none is to be had. */
	async #relay(): Promise<string | undefined> {
		const slaves = this.#options.hosts.filter(({role}) => role === 'slave').map(({name}) => name);
		const until = Date.now() + depotPatience;
		while (this.#ready.length === 0 && slaves.some(name => !this.#over.has(name)) && Date.now() < until) {
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise<void>(resolve => {
				timer = setTimeout(resolve, until - Date.now());
			});
			await Promise.race([this.#looking.promise, late]);
			clearTimeout(timer);
			this.#options.signal.throwIfAborted();
		}
		return this.#ready[0];
	}

	/** Once for each host and file, however many ask. */
	#send(member: Member, file: Artifact): Promise<void> {
		const host = member.host.name;
		const key = `${host} ${file.sha256}`;
		let sent = this.#sent.get(key);
		if (!sent) {
			this.#say(host, `receives ${file.name} (${megabytes(file.bytes)}) from this computer`);
			sent = send(member.session, file, this.#options.signal).then(bytes => {
				this.#bytes += bytes;
				if (member.host.role === 'slave') this.#holdersOf(file).add(host);
			});
			sent.catch(() => this.#sent.delete(key));
			this.#sent.set(key, sent);
		}
		return sent;
	}

	/** Tries hosts that have the file; what stood in the way of the last one, as a clause. */
	async #fetch(member: Member, file: Artifact): Promise<string | undefined> {
		const holders = this.#holdersOf(file);
		const from = await holders.take();
		if (from === undefined) return `no other host can give it ${file.name}`;
		try {
			const depot = await this.#depot(from);
			if (typeof depot === 'string') {
				holders.drop(from);
				return `${from} cannot pass files on (${depot})`;
			}
			this.#say(member.host.name, `receives ${file.name} (${megabytes(file.bytes)}) from ${from}`);
			const trouble = await fetchFrom(member.session, file, depot);
			if (trouble !== undefined) {
				const at = new URL(depot.url).host;
				return `it cannot fetch files from ${from} (TCP ${at}: ${trouble.replace(/^curl: /, '')})`;
			}
			this.#copies++;
			if (member.host.role === 'slave') holders.add(member.host.name);
			return undefined;
		} finally {
			holders.giveBack(from);
		}
	}

	#holdersOf({sha256}: Artifact): Holders {
		const holders = this.#holders.get(sha256) ?? new Holders();
		this.#holders.set(sha256, holders);
		return holders;
	}

	#depot(host: string): Promise<Depot | string> {
		let depot = this.#depots.get(host);
		if (!depot) {
			depot = this.#options
				.member(host)
				.then(member => openDepot(member, this.#options.portRanges))
				.catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
			this.#depots.set(host, depot);
		}
		return depot;
	}

	#say(host: string, line: string): void {
		this.#options.listener({event: 'output', host, line});
	}
}

const installed = `
rpm -qa --qf '%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH}\\n' 2>/dev/null || true
dpkg-query -W -f '\${db:Status-Status} \${Package}:\${Architecture} \${Version}\\n' 2>/dev/null | sed -n 's/^installed //p'`;

/** The files that are neither on the host already nor, as packages, installed there in that very version: by rpm, or by dpkg. */
async function lackedBy({session}: Member, files: readonly Artifact[]): Promise<Artifact[]> {
	const packages = files.some(file => file.package);
	const answer = await session.ask(`
for _f in ${artifactFolder}/*; do if [ -f "$_f" ]; then printf '%s\\n' "$_f"; fi; done
${packages ? installed : ''}`);
	const there = new Set(answer.split('\n'));
	return files.filter(
		file =>
			!there.has(artifactPath(file)) && !(file.package && there.has(`${file.package.name} ${file.package.version}`)),
	);
}
