import stringWidth from 'string-width';
import type {Look, Tone} from '../../panels/look.ts';
import {ruleTerms} from '../../pipeline/doctor/judge-groups.ts';
import {count} from '../quantities.ts';
import {checkRows, troubles} from '../screens/check.ts';
import type {CheckLine, WizardState} from '../state.ts';
import {blank, type Canvas, fitted, marked, paragraph, pointer, type Row, row, waiting, windowed} from './rows.ts';

type Counts = {ok: number; warn: number; failed: number};

export function counted(lines: readonly CheckLine[]): Counts {
	const of = (status: CheckLine['status']) => lines.filter(line => line.status === status).length;
	return {ok: of('ok'), warn: of('warn'), failed: of('failed')};
}

type HostKey = {compared: string; fingerprint: string};

/** What the doctor says of a host's key: with what it was compared, and the key. */
function hostKeyOf(lines: readonly CheckLine[]): HostKey | undefined {
	const first = /^(.*): (SHA256:\S+)$/.exec(lines.find(({check}) => check === 'host key')?.detail ?? '');
	if (first) return {compared: first[1] ?? '', fingerprint: first[2] ?? ''};
	const seen = /SHA256:\S+/.exec(lines.find(({check}) => check === 'ssh')?.detail ?? '')?.[0];
	return seen === undefined ? undefined : {compared: 'as seen before', fingerprint: seen};
}

const signOf = (status: CheckLine['status'], {glyphs}: Look): {sign: string; tone: Tone} => {
	if (status === 'warn') return {sign: '!', tone: 'changed'};
	return status === 'failed' ? {sign: glyphs.failed, tone: 'failed'} : {sign: glyphs.ok, tone: 'ok'};
};

type HostSummary = {sign: string; tone: Tone; text: string; key: string};

/** How the checks of a host stand. */
function summaryOf({check}: WizardState, host: string, look: Look): HostSummary {
	const lines = check.lines.filter(line => line.host === host);
	const {ok, warn, failed} = counted(lines);
	const bad = failed > 0 || check.problems.some(problem => problem.host === host);
	const reached = lines.length > 0;
	const busy = check.busy.includes(host) || (check.work === 'running' && !reached && !bad);
	const parts = [
		ok > 0 ? count(ok, 'check') : '',
		failed > 0 ? `${failed} failed` : '',
		warn > 0 ? count(warn, 'warning') : '',
	];
	const unheard = busy ? 'logging in' : bad ? 'not reached' : '';
	const state = bad
		? signOf('failed', look)
		: busy
			? {sign: look.glyphs.running, tone: 'running' as const}
			: signOf(warn > 0 ? 'warn' : 'ok', look);
	return {
		...state,
		text: reached ? parts.filter(Boolean).join(', ') : unheard,
		key: hostKeyOf(lines)?.fingerprint ?? '',
	};
}

/**
 * The rows of each host: how its checks stand, and its key, behind them or on a row of its own, wherever all of it can be
 * read; half a key cannot be compared. The checks of a host that is opened tell it in any case.
 */
function hostRowsOf(state: WizardState, {look, width}: Canvas, room: number): (host: string, here: boolean) => Row[] {
	const hosts = checkRows(state).flatMap(one => (one.kind === 'host' ? [one.host] : []));
	const summaries = new Map(hosts.map(host => [host, summaryOf(state, host, look)]));
	const all = [...summaries.values()];
	const nameWidth = Math.max(...hosts.map(host => stringWidth(host)), 4);
	const textWidth = Math.max(...all.map(({text}) => text.length), 9);
	const longest = Math.max(...all.map(({key}) => key.length), 0);
	const beside = longest <= width - nameWidth - textWidth - 8;
	const below = !beside && longest <= width - 4 && 2 * hosts.length <= room;
	return (host, here) => {
		const summary = summaries.get(host) as HostSummary;
		const {sign, tone, text, key} = summary;
		const first: Row = [
			pointer(here, look),
			{text: `${sign} `, tone},
			{text: `${fitted(host, nameWidth, look.glyphs)}  `, tone: here ? 'focus' : 'plain'},
			{text: text.padEnd(textWidth), tone: tone === 'failed' ? tone : 'plain'},
			{text: beside ? `  ${key}` : '', tone: 'quiet'},
		];
		return below && key !== '' ? [first, row(`    ${key}`, 'quiet')] : [first];
	};
}

/** With what the keys of the hosts were compared, in a sentence; where they differ, those that are fewer are named. */
function comparedRow({check}: WizardState, width: number): Row[] {
	const hosts = new Map<string, string[]>();
	for (const host of new Set(check.lines.map(line => line.host))) {
		const compared = hostKeyOf(check.lines.filter(line => line.host === host))?.compared;
		if (compared !== undefined) hosts.set(compared, [...(hosts.get(compared) ?? []), host]);
	}
	const [most, ...others] = [...hosts].sort(([, a], [, b]) => b.length - a.length);
	if (!most) return [];
	const named = (names: readonly string[]) => (names.length > 3 ? `${names.length} others` : names.join(', '));
	const parts = [most[0], ...others.map(([compared, names]) => `${named(names)}: ${compared}`)];
	return paragraph(`Host keys: ${parts.join('; ')}.`, width, 'quiet');
}

/** A check that is not well; what helps with it where the cursor is. */
function troubleRows(line: CheckLine, here: boolean, {width, look}: Canvas): Row[] {
	const {sign, tone} = signOf(line.status, look);
	const where = [line.host, line.check].filter(Boolean).join('  ');
	const rows = marked(sign, `${where}: ${line.detail ?? ''}`, width - 2, tone);
	const fix = here && line.fix ? paragraph(line.fix, width, 'quiet', '    ') : [];
	return [...rows.map((one, i): Row => [pointer(here && i === 0, look), ...one]), ...fix];
}

/** One of the checks of a host that is opened. */
function lineRows({check, status, detail}: CheckLine, here: boolean, {width, look}: Canvas): Row[] {
	const {sign, tone} = signOf(status, look);
	const rows = marked(sign, `${check}${detail ? `: ${detail}` : ''}`, width - 4, tone, 'quiet');
	return rows.map((one, i): Row => [pointer(here && i === 0, look), {text: '  '}, ...one]);
}

function headRows(state: WizardState, {width, look}: Canvas): Row[] {
	const {check} = state;
	const {ok} = counted(check.lines);
	const found = troubles(state);
	const failed = found.filter(({status}) => status === 'failed').length;
	if (check.work === 'running') return [waiting(`Looking at every host, ${count(ok, 'check')} well so far`, look)];
	if (failed > 0) {
		const mend = check.missing ? 'f adds the rule that is missing. Or mend' : 'Mend';
		const again = check.insisted ? 'Enter once more goes on all the same.' : `${mend} what is named, then press r.`;
		return marked(look.glyphs.failed, `${count(failed, 'problem')}. ${again}`, width, 'failed');
	}
	const but = found.length > 0 ? `, ${count(found.length, 'warning')}` : '';
	return marked(look.glyphs.ok, `Ready: ${count(ok, 'check')} well${but}.`, width, 'ok');
}

export function checkView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {cursor, agreeing, missing} = state.check;
	if (agreeing && missing) {
		const terms = ruleTerms(missing).flatMap(text => [blank, ...paragraph(text, width)]);
		return [row('Add this rule?', 'strong'), ...terms];
	}
	const compared = height >= 12 && state.check.work === 'done' ? comparedRow(state, width) : [];
	const head: Row[] = [row('Are the hosts ready?', 'strong'), ...headRows(state, canvas), blank];
	const foot = compared.length > 0 ? [blank, ...compared] : [];
	const left = height - head.length - foot.length;
	const all = checkRows(state);
	const problems = all.flatMap((one, i) =>
		one.kind === 'trouble' ? [troubleRows(one.line, i === cursor, canvas)] : [],
	);
	const above = problems.length > 0 ? [...problems, [blank]] : [];
	const room = left - above.flat().length;
	const hostRows = hostRowsOf(state, canvas, all.every(({kind}) => kind === 'host') ? room : 0);
	const hosts = all.flatMap((one, i) => {
		if (one.kind === 'trouble') return [];
		return [one.kind === 'host' ? hostRows(one.host, i === cursor) : lineRows(one.line, i === cursor, canvas)];
	});
	const entries = [...above, ...hosts];
	// The blank between them is an entry of the drawing, not of the cursor.
	const at = cursor < problems.length || problems.length === 0 ? cursor : cursor + 1;
	// All of the entry under the cursor is in sight.
	const middle = Math.floor(((entries[at]?.length ?? 1) - 1) / 2);
	const before = entries.slice(0, at).flat().length + middle;
	return [...head, ...windowed(entries.flat(), before, left, look), ...foot];
}
