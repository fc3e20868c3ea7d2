import {styleText} from 'node:util';
import {harmless} from '../cluster/harmless.ts';
import type {CheckStatus, Listener, RunEvent, StepStatus} from '../pipeline/events.ts';
import type {Sink} from './output.ts';
import {summaryTable} from './summary-table.ts';

type Style = Parameters<typeof styleText>[0];
type Look = {sign: string; word: string; style: Style};

/** Sign and word say it too: colour is never the only difference. */
const looks: Record<StepStatus | CheckStatus | 'waiting', Look> = {
	ok: {sign: '✔', word: 'ok', style: 'green'},
	changed: {sign: '●', word: 'changed', style: 'yellow'},
	'would-change': {sign: '○', word: 'would change', style: 'yellow'},
	failed: {sign: '✖', word: 'FAILED', style: 'red'},
	skipped: {sign: '-', word: 'skipped', style: 'gray'},
	warn: {sign: '!', word: 'warning', style: 'yellow'},
	waiting: {sign: '…', word: 'waiting', style: 'cyan'},
};

export function seconds(ms: number): string {
	return `${(ms / 1000).toFixed(1)} s`;
}

function indent(text: string): string {
	return text.replace(/^/gm, '    ');
}

/**
 * Readable lines on stdout, errors on stderr, a table at the end.
 * @param options outcome: no line for a step; they have been seen
 */
export function plainOutput(
	options: {verbose: boolean; color: boolean; outcome?: boolean},
	sink: Sink,
	logPath: string | undefined,
): Listener {
	const paint = (style: Style, text: string) =>
		options.color ? styleText(style, text, {validateStream: false}) : text;
	const spent = new Map<string, number>();
	const checks: Record<CheckStatus, number> = {ok: 0, warn: 0, failed: 0};
	let hostWidth = 0;
	let planned = false;

	const line = (name: string, rawPart: string, look: Look, text: string) => {
		const [host, part] = [harmless(name), harmless(rawPart)];
		hostWidth = Math.max(hostWidth, host.length);
		const status = paint(look.style, `${look.sign} ${look.word.padEnd(12)}`);
		sink.out(`${host.padEnd(hostWidth)}  ${part.padEnd(12)}  ${status}  ${harmless(text)}`);
	};
	const below = (text: string | undefined) => {
		if (text) sink.out(indent(harmless(text)));
	};
	const diff = (text: string) => {
		const painted = harmless(text.trimEnd())
			.split('\n')
			.map(row => (row.startsWith('+') ? paint('green', row) : row.startsWith('-') ? paint('red', row) : row));
		sink.out(indent(painted.join('\n')));
	};

	const step = (event: Extract<RunEvent, {event: 'step'}>) => {
		spent.set(event.host, (spent.get(event.host) ?? 0) + event.ms);
		// What was only compared at first may be carried out in the same run.
		if (event.status === 'would-change' || event.status === 'changed') planned = event.status === 'would-change';
		if (options.outcome) return;
		if (!options.verbose && (event.status === 'ok' || event.status === 'skipped')) return;
		// What was only compared took no time of its own.
		const took = event.status === 'would-change' ? '' : `  ${seconds(event.ms)}`;
		line(event.host, event.role, looks[event.status], `${event.step}${took}`);
		if (event.status === 'failed' || options.verbose) below(event.detail);
		if (event.diff && (event.status === 'would-change' || options.verbose)) diff(event.diff);
	};
	const hostState = (event: Extract<RunEvent, {event: 'host'}>) => {
		hostWidth = Math.max(hostWidth, event.host.length);
		const bad = event.state === 'failed' || event.state === 'stopped';
		if (!bad && !options.verbose) return;
		const look = {...looks[bad ? 'failed' : 'ok'], word: event.state};
		line(event.host, '', look, event.detail ?? '');
	};

	return event => {
		switch (event.event) {
			case 'step':
				return step(event);
			case 'host':
				return hostState(event);
			case 'started':
				if (options.verbose) line(event.host, event.role, {sign: '›', word: 'started', style: 'gray'}, event.step);
				return;
			case 'output':
				if (options.verbose) sink.out(`${harmless(event.host).padEnd(hostWidth)}  | ${harmless(event.line)}`);
				return;
			case 'gate':
				if (options.outcome && event.status === 'waiting') return;
				// Most gates open at once; only one that makes people wait is worth a line before its answer.
				if (event.status === 'waiting' && (event.detail === undefined || event.ms < 2000)) return;
				line('', 'gate', looks[event.status], `${event.gate}  ${seconds(event.ms)}`);
				return below(event.detail);
			case 'check':
				checks[event.status]++;
				line(event.host ?? '', 'check', looks[event.status], [event.check, event.detail].filter(Boolean).join(': '));
				return below(event.fix);
			case 'instance':
				// A table needs all of them at once; the verb draws it.
				return;
			case 'note':
				return sink.out(harmless(event.text));
			case 'error': {
				const where = [event.host, event.field].filter(Boolean).join(' ');
				const what = harmless(`${where ? `${where}: ` : ''}${event.cause} ${event.fix}`);
				sink.err(`${paint('red', '✖ error')}  ${what}${logPath === undefined ? '' : `\n         Log: ${logPath}`}`);
				return;
			}
			case 'summary': {
				if (checks.ok + checks.warn + checks.failed > 0 && spent.size === 0) {
					const {ok, warn, failed} = checks;
					sink.out(`${ok} checks ok, ${warn} warning${warn === 1 ? '' : 's'}, ${failed} failed, ${seconds(event.ms)}`);
					if (event.failed > 0 && logPath !== undefined) sink.out(`Log: ${logPath}`);
					return;
				}
				const hosts = Object.keys(event.hosts).length;
				if (hosts > 0) sink.out(summaryTable(event, spent, planned));
				const changed = `${event.changed} ${planned ? 'would change' : 'changed'}`;
				sink.out(`${hosts} host${hosts === 1 ? '' : 's'}, ${changed}, ${event.failed} failed, ${seconds(event.ms)}`);
				if (event.failed > 0 && logPath !== undefined) sink.out(`Log: ${logPath}`);
			}
		}
	};
}
