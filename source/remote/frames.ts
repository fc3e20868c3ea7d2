import type {CompiledStep} from '../steps/compiled-step.ts';
import {cleanText} from './clean-text.ts';
import type {Mode, Outcome, Owner} from './session.ts';
import {shellWord} from './shell-word.ts';

/** Outcome without its time. */
export type Verdict = Outcome extends infer One ? (One extends {ms: number} ? Omit<One, 'ms'> : never) : never;

/** One line of the runner, its nonce taken off. */
export type Answer = {id: number; words: string[]};

function flag(value: boolean): string {
	return value ? '1' : '0';
}

/** The frame of a step. Only what the mode can use travels: no apply in plan and hold, `show` for plan, `state` for hold. */
export function stepFrame(id: number, step: CompiledStep, mode: Mode): string {
	const extra = mode === 'plan' && !step.secret ? step.show : mode === 'hold' ? step.state : undefined;
	const words = [
		String(id),
		mode,
		String(Math.max(1, Math.ceil(step.timeout / 1000))),
		flag(step.kill),
		flag(step.secret),
		flag(step.live),
		shellWord(oneLine(step.title)),
		shellWord(step.check),
		mode === 'apply' ? shellWord(step.apply) : "''",
		extra === undefined ? "''" : shellWord(extra),
	];
	return `ms_step ${words.join(' ')}\n`;
}

export function askFrame(id: number, script: string): string {
	return `ms_ask ${id} ${shellWord(script)}\n`;
}

export function claimFrame(id: number, owner: Owner): string {
	const words = [owner.who, owner.run.replaceAll(/\s/g, '-'), owner.since].map(word => shellWord(oneLine(word)));
	return `ms_claim ${id} ${words.join(' ')}\n`;
}

function oneLine(text: string): string {
	return cleanText(text).replaceAll(/\s+/g, ' ');
}

/** Reads a line of the runner; undefined when it is not one (noise, a look-alike without the nonce). */
export function parseAnswer(line: string, nonce: string): Answer | undefined {
	const [first, id, ...words] = line.split(' ');
	if (first !== nonce || id === undefined || !/^\d+$/.test(id)) return undefined;
	return {id: Number(id), words};
}

function text(blob: string | undefined): string {
	return Buffer.from(blob ?? '', 'base64').toString('utf8');
}

const unfinished = 'The step ran without an error, but the host is still not in the wished state.';

/** What the words of a final answer to a step mean; undefined for words no runner says. */
export function readVerdict(words: string[]): Verdict | undefined {
	const [status, first, second, third] = words;
	switch (status) {
		case 'ok':
		case 'deferred':
		case 'skipped':
			return {status};
		case 'changed':
			return {status, output: cleanText(text(first))};
		case 'held': {
			const state = text(first).trim();
			return state === '' ? {status} : {status, state};
		}
		case 'would-change':
			return {
				status,
				...(first ? {current: text(first)} : {}),
				...(second ? {candidate: text(second)} : {}),
			};
		case 'failed': {
			const output = cleanText(text(third));
			const common = {status, code: Number(second), timedOut: false} as const;
			if (first === 'check') return {...common, phase: 'check', output};
			if (first === 'apply') return {...common, phase: 'apply', output};
			return {...common, phase: 'apply', output: output === '' ? unfinished : `${output.trimEnd()}\n${unfinished}`};
		}
		default:
			return undefined;
	}
}

/** The lock file's lines as an owner; fields a foreign file lacks are `unknown`. */
export function readOwner(blob: string | undefined): Owner {
	const fields = new Map<string, string>();
	for (const line of cleanText(text(blob)).split('\n')) {
		const space = line.indexOf(' ');
		if (space > 0) fields.set(line.slice(0, space), line.slice(space + 1));
	}
	const get = (name: string) => fields.get(name) ?? 'unknown';
	return {who: get('owner'), run: get('run'), since: get('since')};
}

/** What a script asked with `ask` printed. */
export function readReply(words: string[]): {code: number; bytes: number; output: string; complaint: string} {
	return {
		code: Number(words[1]),
		bytes: Number(words[2]),
		output: text(words[3]),
		complaint: cleanText(text(words[4])).trim(),
	};
}
