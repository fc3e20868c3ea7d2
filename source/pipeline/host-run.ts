import type {Mode, Outcome, Session} from '../remote/session.ts';
import {artifactsOf} from '../steps/artifact.ts';
import type {CompiledStep} from '../steps/compiled-step.ts';
import type {Artifact, RoleName, Step} from '../steps/step.ts';
import type {Coordination} from './coordination.ts';
import {unifiedDiff} from './diff.ts';
import {errorEvent} from './error-event.ts';
import type {Listener} from './events.ts';
import {explain} from './explain.ts';

/** `compile` is called when the step is about to be sent: the texts of a thousand hosts would not fit into memory. */
export type QueuedStep = {role: RoleName; step: Step; compile(): CompiledStep};

/** Resolves when the host has the files. */
type Bring = (files: readonly Artifact[]) => Promise<void>;

/**
 * One host's way through its steps. Everything is written at once, at first only to be looked at; the runner itself holds
 * at the first step that does not comply, and later at those that may have to wait for other hosts. So a run that finds
 * nothing to change is a single round trip and sends no apply, which is most of what there is to send.
 */
export class HostRun {
	readonly #session: Session;
	#steps: readonly QueuedStep[];
	readonly #mode: 'plan' | 'apply';
	readonly #shared: Coordination;
	readonly #listener: Listener;
	readonly #bring: Bring;
	readonly #roles = new Map<RoleName, PromiseWithResolvers<void>>();
	/** Index of the first step that has no answer yet. */
	#next = 0;
	/** Nothing was found yet that does not comply. */
	#looking = true;

	constructor(
		session: Session,
		steps: readonly QueuedStep[],
		mode: 'plan' | 'apply',
		shared: Coordination,
		listener: Listener,
		bring: Bring,
	) {
		this.#session = session;
		this.#steps = steps;
		this.#mode = mode;
		this.#shared = shared;
		this.#listener = listener;
		this.#bring = bring;
		for (const {role} of steps) {
			if (this.#roles.has(role)) continue;
			const done = Promise.withResolvers<void>();
			done.promise.catch(() => {});
			this.#roles.set(role, done);
		}
	}

	/** Settles when the last step of the role did; rejects with the failure that ended the host. */
	role(name: RoleName): Promise<void> {
		return this.#roles.get(name)?.promise ?? Promise.resolve();
	}

	/** Never rejects: what went wrong is in the events and in the role that it happened in. */
	async run(): Promise<'done' | 'stopped' | 'failed'> {
		try {
			while (this.#next < this.#steps.length) await this.#window();
			return 'done';
		} catch (error) {
			return this.#end(error);
		} finally {
			// Whoever waits for a role keeps this object; the contents of all files of a thousand hosts are too much to keep.
			this.#steps = [];
		}
	}

	#modeOf({step}: QueuedStep): Mode {
		if (this.#mode === 'plan') return 'plan';
		return this.#looking || step.after || step.token || artifactsOf(step).length > 0 ? 'hold' : 'apply';
	}

	/** Writes all steps that are left and follows the answers up to the end or to one that was held and then applied. */
	async #window(): Promise<void> {
		const steps = this.#steps.slice(this.#next);
		const answers = steps.map(one => this.#session.send(one.compile(), this.#modeOf(one)));
		for (const answer of answers) answer.catch(() => {});
		for (const [i, queued] of steps.entries()) {
			this.#listener({event: 'started', host: this.#session.host, role: queued.role, step: queued.step.title});
			const outcome = (await answers[i]) as Outcome;
			if (outcome.status !== 'held') {
				this.#take(queued, outcome);
				continue;
			}
			await Promise.all(answers.slice(i + 1));
			this.#looking = false;
			this.#session.release();
			await this.#whenAllowed(queued, outcome.state);
			return;
		}
	}

	/** Gate first, then the turn among the members when something that serves would be restarted. */
	async #whenAllowed(queued: QueuedStep, state: string | undefined): Promise<void> {
		const {step} = queued;
		const apply = async () => {
			// What the step is made of comes to the host only now that it is known to be needed.
			const files = artifactsOf(step);
			if (files.length > 0) await this.#bring(files);
			this.#take(queued, await this.#session.send(queued.compile(), 'apply'));
		};
		// A daemon that runs already has passed its gate; asking again could only block a repair of that very gate.
		if (step.after && state !== 'running') await this.#shared.pass(step.after);
		if (step.token && state === 'running') await this.#shared.rolling(step.token).restart(this.#session.host, apply);
		else await apply();
	}

	#take({role, step}: QueuedStep, outcome: Outcome): void {
		const {host} = this.#session;
		const report = (status: 'ok' | 'changed' | 'would-change' | 'failed' | 'skipped', detail?: string, diff?: string) =>
			this.#listener({event: 'step', host, role, step: step.title, status, ms: Math.round(outcome.ms), detail, diff});
		switch (outcome.status) {
			case 'ok':
			case 'changed':
				report(outcome.status);
				break;
			case 'would-change':
				report('would-change', undefined, unifiedDiff(step.title, outcome.current, outcome.candidate));
				break;
			case 'failed':
				this.#next++;
				report('failed', step.secret ? undefined : outcome.output);
				throw explain(host, step, outcome);
			default:
				throw new Stopped();
		}
		this.#next++;
		if (step.token) this.#shared.rolling(step.token).settle(host);
		if (this.#steps[this.#next]?.role !== role) this.#roles.get(role)?.resolve();
	}

	#end(error: unknown): 'stopped' | 'failed' {
		const {host} = this.#session;
		const inHand = this.#steps[this.#next]?.step.title;
		for (const done of this.#roles.values()) done.reject(error);
		for (const {role, step} of this.#steps.slice(this.#next)) {
			this.#listener({event: 'step', host, role, step: step.title, status: 'skipped', ms: 0});
		}
		if (error instanceof Stopped || this.#shared.endedBy(error)) return 'stopped';
		const event = errorEvent(error, host);
		if (event.event === 'error') event.field ??= inHand;
		this.#listener(event);
		return 'failed';
	}
}

/** The runner was told to stop before this step. */
class Stopped extends Error {}
