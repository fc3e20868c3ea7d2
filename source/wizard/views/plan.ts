import type {Tone} from '../../panels/look.ts';
import {rebootTerms} from '../../pipeline/reboot.ts';
import {count} from '../quantities.ts';
import {asksForReboot, planQuestion, planRows, wouldChange} from '../screens/plan.ts';
import type {WizardState} from '../state.ts';
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
	waiting,
	windowed,
} from './rows.ts';

export function planView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {plan} = state;
	const {glyphs} = look;
	const changes = Object.values(plan.hosts).flatMap(wouldChange).length;
	const hosts = count(Object.keys(plan.hosts).length, 'host');
	const nameWidth = Math.min(24, Math.max(...Object.keys(plan.hosts).map(name => name.length), 4));
	const head: Row[] = [row(planQuestion(state), 'strong')];
	if (plan.work === 'running') head.push(waiting('Comparing every host with what it should be', look));
	else if (plan.problems.length > 0) {
		head.push(...plan.problems.slice(0, 3).flatMap(problem => problemRows(problem, canvas)));
	} else if (asksForReboot(state))
		head.push(...marked('!', 'Nothing is rebooted before you have seen the plan.', width, 'changed'));
	else if (changes === 0) head.push(...marked(glyphs.ok, 'Every host is as it should be.', width, 'ok'));
	else
		head.push(...paragraph(`${count(changes, 'change')} on ${hosts}. Nothing has been changed yet.`, width, 'quiet'));
	head.push(blank);
	if (asksForReboot(state)) {
		return [...head, ...rebootTerms(plan.reboots).flatMap(text => [...paragraph(text, width), blank])];
	}
	const rows = planRows(state).map((one, i): Row => {
		const here = i === plan.cursor;
		const tone: Tone = here ? 'focus' : 'plain';
		const fold = (open: boolean) => (glyphs.bar.full === '#' ? (open ? 'v ' : '> ') : open ? '▾ ' : '▸ ');
		if (one.kind === 'host') {
			const what = one.changes === 0 ? 'as it should be' : count(one.changes, 'change');
			const room = width - nameWidth - 20;
			return [
				pointer(here, look),
				{text: one.changes === 0 ? '  ' : fold(one.open), tone: 'quiet'},
				{text: fitted(one.host, nameWidth, glyphs), tone},
				{text: `  ${what.padEnd(10)}`, tone: one.changes > 0 ? 'changed' : 'ok'},
				{text: room > 12 ? `  ${fitted(one.roles.join(' '), room, glyphs).trimEnd()}` : '', tone: 'quiet'},
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
		return [
			pointer(here, look),
			{text: fitted(`        ${one.text.replaceAll('\t', '  ')}`, width - 2, glyphs).trimEnd(), tone: lineTone},
		];
	});
	const foot: Row[] = [];
	if (plan.saving) {
		foot.push(blank, row('Save as', 'strong'), [prompt, ...inputSpans(plan.saving, width - 4, look)]);
	}
	if (plan.saved) {
		const [sign, tone]: [string, Tone] = plan.saved.failed ? [glyphs.failed, 'failed'] : [glyphs.ok, 'ok'];
		foot.push(blank, ...marked(sign, plan.saved.text, width, tone));
	}
	return [...head, ...windowed(rows, plan.cursor, height - head.length - foot.length, look), ...foot];
}
