import {createHash} from 'node:crypto';
import {contentOf, type StepFrame} from './frame.ts';

/** What an Amazon Linux 2023 instance complies with before anybody has touched it. */
const asDelivered = new Set(['UTC', 'service chronyd']);

/** Of all that `reset` does, the step behind which nothing of the cluster is left. */
const lastOfReset = 'let the service manager forget';

const pathOf = (title: string) => /^(?:file|names in) (\/.*)$/.exec(title)?.[1];

/** A host that exists in memory only: what has been applied to it, the files it was given, the units it was told to run. */
export class SimulatedHost {
	readonly ip: string;
	/** 0 first; makes hosts differ. */
	readonly index: number;
	readonly bootId = crypto.randomUUID();
	readonly files = new Map<string, string>([['/etc/hosts', '127.0.0.1   localhost localhost.localdomain\n']]);
	/** When each unit was started, ms of performance.now(). */
	readonly units = new Map<string, number>();
	/** Ports of stand-ins that doctor listens with. */
	readonly ears = new Set<number>();
	readonly #applied = new Map<string, string>();
	/** Who holds the lock, as the lock file says it in base64. */
	lock: string | undefined;

	constructor(ip: string, index: number) {
		this.ip = ip;
		this.index = index;
	}

	/** The name EC2 gives it. */
	get hostname(): string {
		return `ip-${this.ip.replaceAll('.', '-')}.eu-west-1.compute.internal`;
	}

	/** The name the cluster gives it. */
	get name(): string | undefined {
		const text = this.files.get('/etc/mesos-setup/host.json');
		return text === undefined ? undefined : (JSON.parse(text) as {host: string}).host;
	}

	isRunning(unit: string): boolean {
		return this.units.has(unit);
	}

	complies({title, check}: StepFrame): boolean {
		return asDelivered.has(title) || this.#applied.get(title) === fingerprint(check);
	}

	/** Current and wanted text of a step, as plan shows them; empty where there is none. */
	shown({title, extra}: StepFrame): [current: string, candidate: string] {
		const path = pathOf(title);
		const content = contentOf(extra);
		if (path !== undefined && content !== undefined) {
			const current = this.files.get(path) ?? '';
			return [current, title.startsWith('file ') ? content : current + content];
		}
		if (title.startsWith('directory ')) return ['', '(a folder)\n'];
		if (title.startsWith('service ')) return [this.#applied.has(title) ? 'active, enabled\n' : '', 'active, enabled\n'];
		return ['', ''];
	}

	apply({title, check, apply}: StepFrame): void {
		if (title === lastOfReset) {
			this.#wipe();
			return;
		}
		this.#applied.set(title, fingerprint(check));
		const path = pathOf(title);
		const content = contentOf(apply);
		if (path !== undefined && content !== undefined) {
			this.files.set(path, title.startsWith('file ') ? content : `${this.files.get(path) ?? ''}${content}`);
		}
		const [, unit] = /^service (\S+)$/.exec(title) ?? [];
		if (unit !== undefined) this.units.set(unit, performance.now());
	}

	#wipe(): void {
		for (const all of [this.files, this.units, this.#applied]) all.clear();
	}
}

function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('base64');
}
