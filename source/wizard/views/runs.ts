import type {Tone} from '../../panels/look.ts';
import {troubles} from '../screens/check.ts';
import {whereTimeWent} from '../screens/install.ts';
import {planRows, wouldChange} from '../screens/plan.ts';
import {failedIn} from '../screens/verified.ts';
import type {CheckLine, WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {
	blank,
	type Canvas,
	fitted,
	inputSpans,
	marked,
	paragraph,
	pointer,
	problemRows,
	prompt,
	type Row,
	row,
	scrolled,
	waiting,
	windowed,
} from './rows.ts';

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

export function seconds(ms: number): string {
	return ms < 60_000
		? `${(ms / 1000).toFixed(1)} s`
		: `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

type Counts = {ok: number; warn: number; failed: number};

function counted(lines: readonly CheckLine[]): Counts {
	const of = (status: CheckLine['status']) => lines.filter(line => line.status === status).length;
	return {ok: of('ok'), warn: of('warn'), failed: of('failed')};
}

/** One line for each host: how its checks stand. */
function hostRows(state: WizardState, {look, width}: Canvas): Row[] {
	const {check} = state;
	const {glyphs} = look;
	const hosts = subjectOf(state).subject?.cluster.hosts ?? [];
	const limit = subjectOf(state).subject?.limit ?? [];
	const names = hosts.map(({name}) => name).filter(name => limit.length === 0 || limit.includes(name));
	const nameWidth = Math.max(...names.map(name => name.length), 4);
	return names.map(name => {
		const lines = check.lines.filter(({host}) => host === name);
		const {ok, warn, failed} = counted(lines);
		const bad = failed > 0 || check.problems.some(({host}) => host === name);
		const busy = check.busy.includes(name) || (check.work === 'running' && lines.length === 0 && !bad);
		const [sign, tone]: [string, Tone] = bad
			? [glyphs.failed, 'failed']
			: busy
				? [glyphs.running, 'running']
				: warn > 0
					? ['!', 'changed']
					: [glyphs.ok, 'ok'];
		const login = lines.find(line => line.check === 'ssh')?.detail;
		const fingerprint = /SHA256:\S+/.exec(login ?? '')?.[0] ?? '';
		const seen = lines.find(line => line.check === 'host key')?.detail;
		const hostKey = seen ?? (fingerprint && `as seen before: ${fingerprint}`);
		const parts = [count(ok, 'check'), failed > 0 ? `${failed} failed` : '', warn > 0 ? count(warn, 'warning') : ''];
		const text = lines.length === 0 ? (busy ? 'logging in' : '') : parts.filter(Boolean).join(', ');
		const room = width - nameWidth - 2 - 26;
		return [
			{text: `${sign} `, tone},
			{text: `${name.padEnd(nameWidth)}  `},
			{text: fitted(text, 24, glyphs), tone: bad ? 'failed' : 'plain'},
			{text: hostKey && room > 20 ? fitted(`host key ${hostKey}`, room, glyphs).trimEnd() : '', tone: 'quiet'},
		];
	});
}

function troubleRows(line: CheckLine, here: boolean, {width, look}: Canvas): Row[] {
	const bad = line.status === 'failed';
	const where = [line.host, line.check].filter(Boolean).join('  ');
	const text = `${where}: ${line.detail ?? ''}`;
	const sign = bad ? look.glyphs.failed : '!';
	const rows = marked(sign, text, width - 2, bad ? 'failed' : 'changed');
	const fix = here && line.fix ? paragraph(line.fix, width, 'quiet', '    ') : [];
	return [...rows.map((one, i): Row => [pointer(here && i === 0, look), ...one]), ...fix];
}

export function checkView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {check} = state;
	const found = troubles(state);
	const {ok} = counted(check.lines);
	const failed = found.filter(({status}) => status === 'failed').length;
	const head: Row[] = [row('Are the hosts ready?', 'strong')];
	if (check.work === 'running') head.push(waiting(`Looking at every host, ${count(ok, 'check')} well so far`, look));
	else if (failed > 0) {
		const again = check.insisted ? 'Enter once more goes on all the same.' : 'Mend what is named, then press r.';
		head.push(...marked(look.glyphs.failed, `${count(failed, 'problem')}. ${again}`, width, 'failed'));
	} else {
		const but = found.length > 0 ? `, ${count(found.length, 'warning')}` : '';
		head.push(...marked(look.glyphs.ok, `Ready: ${count(ok, 'check')} well${but}.`, width, 'ok'));
	}
	head.push(blank);
	const hosts = hostRows(state, canvas);
	const few = found.length === 0 ? height - head.length : Math.max(3, Math.min(hosts.length, height - head.length - 6));
	const shown = windowed(hosts, 0, few, look);
	if (found.length === 0) return [...head, ...shown];
	const entries = found.map((line, i) => troubleRows(line, i === check.cursor, canvas));
	const before = entries.slice(0, check.cursor).flat().length;
	const room = height - head.length - shown.length - 1;
	return [...head, ...shown, blank, ...windowed(entries.flat(), before, room, look)];
}

export function planView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {plan} = state;
	const {glyphs} = look;
	const changes = Object.values(plan.hosts).flatMap(wouldChange).length;
	const hosts = Object.keys(plan.hosts).length;
	const head: Row[] = [row('Install this?', 'strong')];
	if (plan.work === 'running') head.push(waiting('Comparing every host with what it should be', look));
	else if (plan.problems.length > 0) {
		head.push(...plan.problems.slice(0, 3).flatMap(problem => problemRows(problem, canvas)));
	} else {
		const text =
			changes === 0
				? 'Nothing to change: every host is as it should be.'
				: `${count(changes, 'change')} on ${count(hosts, 'host')}. Nothing has been changed yet.`;
		head.push(...paragraph(text, width, 'quiet'));
	}
	head.push(blank);
	const rows = planRows(state).map((one, i): Row => {
		const here = i === plan.cursor;
		const tone: Tone = here ? 'focus' : 'plain';
		const fold = (open: boolean) => (glyphs.bar.full === '#' ? (open ? 'v ' : '> ') : open ? '▾ ' : '▸ ');
		if (one.kind === 'host') {
			const what = one.changes === 0 ? 'nothing to change' : count(one.changes, 'change');
			return [
				pointer(here, look),
				{text: fold(one.open), tone: 'quiet'},
				{text: one.host.padEnd(16), tone},
				{text: `  ${what.padEnd(18)}`, tone: one.changes > 0 ? 'changed' : 'ok'},
				{text: `${one.ok} as wanted`, tone: 'quiet'},
			];
		}
		if (one.kind === 'step') {
			return [
				pointer(here, look),
				{text: `    ${fold(one.open)}`, tone: 'quiet'},
				{text: `${fitted(one.step.role, 12, glyphs)}  `, tone: 'quiet'},
				{text: fitted(one.step.step, Math.max(10, width - 24), glyphs).trimEnd(), tone},
			];
		}
		const [sign] = one.text;
		const lineTone: Tone = sign === '+' ? 'ok' : sign === '-' ? 'failed' : 'quiet';
		return [pointer(here, look), {text: fitted(`        ${one.text}`, width - 2, glyphs).trimEnd(), tone: lineTone}];
	});
	const foot: Row[] = [];
	if (plan.saving) {
		foot.push(blank, row('Save as', 'strong'), [prompt, ...inputSpans(plan.saving, width - 4, look)]);
	}
	if (plan.saved) foot.push(blank, ...paragraph(plan.saved, width));
	return [...head, ...windowed(rows, plan.cursor, height - head.length - foot.length, look), ...foot];
}

/** After the panels: what came of an installation that did not go through. */
export function installView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {install} = state;
	if (install.work === 'running') return [waiting('Installing', look)];
	const said = install.stopped
		? 'Stopped as you asked: every step in hand was finished first.'
		: `${count(install.failed, 'problem')}: see the log for all that was said.`;
	const told = install.problems.flatMap(problem => problemRows(problem, canvas));
	const log = state.logPath ? paragraph(`Log: ${state.logPath}`, width, 'quiet') : [];
	return [
		row(install.stopped ? 'The installation was stopped' : 'The installation did not go through', 'strong'),
		blank,
		...marked(
			install.stopped ? look.glyphs.stopped : look.glyphs.failed,
			said,
			width,
			install.stopped ? 'changed' : 'failed',
		),
		...told.slice(0, Math.max(2, height - 9)),
		...log,
		blank,
		...paragraph(
			'What is done stays done. Enter goes on from here, now or the next time you start mesos-setup.',
			width,
		),
	];
}

function verdictRows(state: WizardState, {width, look}: Canvas): Row[] {
	const {verified, install, flow} = state;
	const {ok, failed} = counted(verified.lines);
	const looked = flow.kind === 'known' && flow.purpose === 'status';
	if (verified.work === 'running')
		return [waiting(looked ? 'Looking at every service' : 'Proving it: a task on every slave, a job', look)];
	if (failedIn(state)) {
		const bad = failed + verified.problems.length;
		return marked(look.glyphs.failed, `${count(bad, 'check')} failed, ${ok} went well.`, width, 'failed', 'failed');
	}
	const took = install.ms > 0 ? `  Installed in ${seconds(install.ms)}, proved in ${seconds(verified.ms)}.` : '';
	return marked(
		look.glyphs.ok,
		`${looked ? 'All is well' : 'The cluster works'}: ${count(ok, 'check')}.${took}`,
		width,
		'ok',
		'strong',
	);
}

export function verifiedView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {verified, install} = state;
	const {glyphs} = look;
	const head = [...verdictRows(state, canvas), blank];
	const urls: Row[] = verified.urls.map(({name, url}) => [{text: `  ${name.padEnd(10)}`, tone: 'strong'}, {text: url}]);
	const opened = verified.opened ? [blank, ...paragraph(verified.opened, width)] : [];
	const times = install.ms > 0 && verified.work === 'done' ? whereTimeWent(install.timings).slice(0, 4) : [];
	const went: Row[] =
		times.length > 0
			? [
					blank,
					[
						{text: 'Time  ', tone: 'quiet'},
						{
							text: fitted(
								times.map(({what, ms}) => `${what} ${seconds(ms)}`).join(`  ${glyphs.dot}  `),
								width - 6,
								glyphs,
							).trimEnd(),
							tone: 'quiet',
						},
					],
				]
			: [];
	const next =
		verified.work === 'done' && height >= 16
			? [
					blank,
					...paragraph(
						'Next: run an app from the Marathon page, or mesos-setup again to add slaves, verify or repair.',
						width,
						'quiet',
					),
				]
			: [];
	const bottom = [...urls, ...opened, ...went, ...next];
	const problems = verified.problems.flatMap(problem => problemRows(problem, canvas));
	// What went wrong first, then what is about the cluster as a whole, the proof among it, then each host.
	const rank = ({status, host}: CheckLine) => (status === 'ok' ? (host === '' ? 1 : 2) : 0);
	const lines = [...verified.lines].sort((a, b) => rank(a) - rank(b));
	const checks = lines.flatMap(({host, check, status, detail, fix}): Row[] => {
		const sign = {ok: glyphs.ok, warn: '!', failed: glyphs.failed}[status];
		const tone = ({ok: 'ok', warn: 'changed', failed: 'failed'} as const)[status];
		const text = `${[host, check].filter(Boolean).join('  ')}${detail ? `: ${detail}` : ''}`;
		const first: Row = [{text: `${sign} `, tone}, {text: fitted(text, width - 2, glyphs).trimEnd()}];
		return status === 'ok' || !fix ? [first] : [first, ...paragraph(fix, width, 'quiet', '    ')];
	});
	const room = height - head.length - bottom.length - 1;
	const all = [...problems, ...checks];
	// While they come in, the newest check is what one wants to see.
	const from = verified.work === 'running' ? all.length : verified.cursor;
	return [...head, ...scrolled(all, from, Math.max(3, room), look), ...(bottom.length > 0 ? [blank, ...bottom] : [])];
}
