import stringWidth from 'string-width';
import {componentNames} from '../../cluster/components.ts';
import {type SettingRow, settingRows, settingsCursor} from '../screens/settings.ts';
import {sourceChoices} from '../screens/source.ts';
import type {WizardState} from '../state.ts';
import {
	blank,
	type Canvas,
	fitted,
	inputSpans,
	paragraph,
	pointer,
	problemRows,
	prompt,
	type Row,
	row,
	waiting,
	windowed,
} from './rows.ts';

const labelWidth = 16;

/** What a field of the cluster is called here. */
const labelOf = (field: string | undefined, rows: readonly SettingRow[]) =>
	rows.find(row => row.field !== '' && field?.startsWith(row.field))?.label ?? field;

export function settingsView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {settings} = state;
	const cursor = settingsCursor(state);
	const rows = settingRows(state);
	const missing = new Set(settings.problems.map(({field}) => field));
	const valueWidth = width - labelWidth - 3;
	const lines: Row[] = rows.map(({label, value, hint, field}, i) => {
		const here = i === cursor;
		const bad = [...missing].some(name => field !== '' && name?.startsWith(field));
		const front = [
			pointer(here, look),
			{text: `${label.padEnd(labelWidth)} `, tone: here ? ('focus' as const) : ('quiet' as const)},
		];
		if (here && settings.editing) return [...front, ...inputSpans(settings.editing, valueWidth, look)];
		const shown = value === '' ? 'none' : value;
		const room = valueWidth - (bad ? 2 : 0);
		const told = hint && stringWidth(shown) + hint.length + 2 <= room ? `  ${hint}` : '';
		const text = fitted(shown, room - told.length, look.glyphs).trimEnd();
		return [
			...front,
			...(bad ? [{text: '! ', tone: 'changed' as const}] : []),
			{text, tone: value === '' ? 'quiet' : 'plain'},
			{text: told, tone: 'quiet'},
		];
	});
	const last = cursor === rows.length;
	const done: Row = [pointer(last, look), {text: 'Go on with these', tone: last ? 'focus' : 'plain'}];
	const [first, ...others] = settings.problems.map(problem => ({...problem, field: labelOf(problem.field, rows)}));
	const {reading, completions} = settings;
	const under: Row[] =
		reading !== undefined
			? [waiting(`Reading the bundle ${reading}`, look)]
			: completions.length > 0
				? [row(fitted(completions.join('   '), width, look.glyphs).trimEnd(), 'quiet')]
				: [];
	const told = first
		? [...problemRows(first, canvas), ...(others.length > 0 ? [row(`  and ${others.length} more`, 'quiet')] : [])]
		: under;
	const head = [row('Are these settings right?', 'strong'), blank];
	const room = height - head.length - (told.length > 0 ? told.length + 1 : 0);
	const full = lines.length + 2 <= room ? [...lines, blank, done] : [...lines, done];
	const at = last ? full.length - 1 : cursor;
	return [...head, ...windowed(full, at, room, look), ...(told.length > 0 ? [blank, ...told] : [])];
}

export function sourceView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {source} = state;
	const head = [
		row(`Where does ${componentNames[source.component]} come from?`, 'strong'),
		...paragraph(
			"Nothing is installed unverified: packages by their repository's key, archives by checksum, images by digest.",
			width,
			'quiet',
		),
		blank,
	];
	const choices = sourceChoices(state);
	if (source.typing) {
		const choice = choices[source.cursor];
		const {candidate} = choice ?? {};
		const what =
			candidate?.source.kind === 'image'
				? 'Its digest (docker buildx imagetools inspect shows it):'
				: 'Its checksum (usually beside it as .sha512):';
		const told = 'As its publisher says now. Enter pins it: nothing else will be installed.';
		return [
			...head,
			...paragraph(candidate ? (choice?.title ?? '') : 'Written as in a cluster file', width, 'strong'),
			...(candidate?.source.kind === 'archive' ? paragraph(candidate.source.url, width, 'quiet') : []),
			...(candidate ? [blank] : []),
			...paragraph(
				candidate ? what : 'For example {kind: package, name: mesos, repo: {id: …, baseurl: …, gpgkey: …}}',
				width,
				candidate ? 'strong' : 'quiet',
			),
			[prompt, ...inputSpans(source.typing, width - 4, look)],
			...(source.publisher === 'asked' ? [blank, waiting('Asking its publisher', look)] : []),
			...(source.publisher === 'told' ? [blank, ...paragraph(told, width)] : []),
			...(source.problem ? [blank, ...problemRows(source.problem, canvas)] : []),
		];
	}
	const entries = choices.map(({title, note}, i): Row[] => [
		[
			pointer(i === source.cursor, look),
			{text: fitted(title, width - 2, look.glyphs).trimEnd(), tone: i === source.cursor ? 'focus' : 'plain'},
		],
		...paragraph(note, width, 'quiet', '    '),
	]);
	const before = entries.slice(0, source.cursor).flat().length;
	return [...head, ...windowed(entries.flat(), before, height - head.length, look)];
}
