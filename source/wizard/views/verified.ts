import stringWidth from 'string-width';
import {count, seconds} from '../quantities.ts';
import {whereTimeWent} from '../screens/install.ts';
import {canNameHosts, failedIn} from '../screens/verified.ts';
import type {CheckLine, WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {counted} from './check.ts';
import {blank, type Canvas, fitted, marked, paragraph, problemRows, type Row, row, scrolled, waiting} from './rows.ts';

/** After the panels: what came of an installation that did not go through. */
export function installView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {install} = state;
	if (install.work === 'running') return [waiting('Installing', look)];
	const told = install.problems.flatMap(problem => problemRows(problem, canvas));
	const stopped = marked(look.glyphs.stopped, 'As you asked: every step in hand was finished first.', width, 'changed');
	const unsaid = marked(look.glyphs.failed, 'The log has all that was said.', width, 'failed');
	const log = state.logPath ? [blank, ...paragraph(`Log: ${state.logPath}`, width, 'quiet')] : [];
	const next = 'What is done stays done. Enter goes on from here, now or the next time you start mesos-setup.';
	const foot = [...log, blank, ...paragraph(next, width)];
	const body = [...(install.stopped ? stopped : []), ...told];
	return [
		row(install.stopped ? 'The installation was stopped' : 'The installation did not go through', 'strong'),
		blank,
		...(body.length > 0 ? body : unsaid).slice(0, Math.max(2, height - 2 - foot.length)),
		...foot,
	];
}

function verdictRows(state: WizardState, {width, height, look}: Canvas): Row[] {
	const {verified, flow} = state;
	const {ok, failed} = counted(verified.lines);
	const looked = flow.kind === 'known' && flow.purpose === 'status';
	if (verified.work === 'running')
		return [waiting(looked ? 'Looking at every service' : 'Proving it: a task on every slave, a job', look)];
	if (failedIn(state)) {
		const bad = failed + verified.problems.length;
		return marked(look.glyphs.failed, `${count(bad, 'check')} failed, ${ok} went well.`, width, 'failed', 'failed');
	}
	const verdict = `${looked ? 'All is well' : 'The cluster works'}: ${count(ok, 'check')}.`;
	const took = verified.deed && height >= 12 ? `  ${verified.deed}, proved in ${seconds(verified.ms)}.` : '';
	return marked(look.glyphs.ok, verdict + took, width, 'ok', 'strong');
}

export function verifiedView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {verified, install} = state;
	const {glyphs} = look;
	const head = [...verdictRows(state, canvas), blank];
	const urls: Row[] = verified.urls.map(({name, url}) => [{text: `  ${name.padEnd(10)}`, tone: 'strong'}, {text: url}]);
	const opening = verified.opening ? [blank, waiting(`Opening ${verified.opening.name}`, look)] : [];
	const opened = verified.opened ? [blank, ...paragraph(verified.opened, width)] : opening;
	const spent = verified.deed !== undefined && install.changed > 0 && verified.work === 'done' && height >= 16;
	const times = spent ? whereTimeWent(install.timings).slice(0, 4) : [];
	const gap = `  ${glyphs.dot}  `;
	const fits = (texts: readonly string[]) => stringWidth(texts.join(gap)) <= width - 6;
	const spans = times.map(({what, ms}) => `${what} ${seconds(ms)}`);
	const told = spans.slice(0, spans.findLastIndex((_, i) => fits(spans.slice(0, i + 1))) + 1);
	const went: Row[] = told.length > 0 ? [blank, row(`Time  ${told.join(gap)}`, 'quiet')] : [];
	const advice = failedIn(state)
		? 'Next: mend what is named, then r looks again; Repair in the menu of the cluster mends what mesos-setup has put there.'
		: [
				'Next: run an app from the Marathon page.',
				...(canNameHosts(state) ? ['n lets this computer know the hosts by name.'] : []),
				state.flow.kind === 'known'
					? 'Esc leads back to what else can be done with this cluster.'
					: 'Start mesos-setup again to add slaves, verify or repair.',
			].join(' ');
	const next = verified.work === 'done' && height >= 16 ? [blank, ...paragraph(advice, width, 'quiet')] : [];
	const bottom = [...urls, ...opened, ...went, ...next];
	const problems = verified.problems.flatMap(problem => problemRows(problem, canvas));
	// What went wrong first, then the proof, then what is about the cluster as a whole, then each host.
	const rank = ({status, host, check}: CheckLine) => {
		if (status !== 'ok') return status === 'failed' ? 0 : 1;
		if (/^(marathon task|chronos job)$/.test(check)) return 2;
		return host === '' ? 3 : 4;
	};
	const names = (subjectOf(state).subject?.cluster.hosts ?? []).map(({name}) => name);
	const place = ({host}: CheckLine) => names.indexOf(host);
	const lines = [...verified.lines].sort((a, b) => rank(a) - rank(b) || place(a) - place(b));
	const checks = lines.flatMap(({host, check, status, detail, fix}): Row[] => {
		const sign = {ok: glyphs.ok, warn: '!', failed: glyphs.failed}[status];
		const tone = ({ok: 'ok', warn: 'changed', failed: 'failed'} as const)[status];
		const text = `${[host, check].filter(Boolean).join('  ')}${detail ? `: ${detail}` : ''}`;
		if (status === 'ok') return [[{text: `${sign} `, tone}, {text: fitted(text, width - 2, glyphs).trimEnd()}]];
		return [...marked(sign, text, width, tone), ...(fix ? paragraph(fix, width, 'quiet', '    ') : [])];
	});
	const room = height - head.length - bottom.length - 1;
	const all = [...problems, ...checks];
	// While they come in, the newest check is what one wants to see.
	const from = verified.work === 'running' ? all.length : verified.cursor;
	return [
		...head,
		...scrolled(all, from, Math.max(height >= 12 ? 3 : 1, room), look),
		...(bottom.length > 0 ? [blank, ...bottom] : []),
	];
}
