import type {Tone} from '../../panels/look.ts';
import {count} from '../quantities.ts';
import {troubles} from '../screens/check.ts';
import type {CheckLine, WizardState} from '../state.ts';
import {subjectOf} from '../subject.ts';
import {blank, type Canvas, fitted, marked, paragraph, pointer, type Row, row, waiting, windowed} from './rows.ts';

type Counts = {ok: number; warn: number; failed: number};

export function counted(lines: readonly CheckLine[]): Counts {
	const of = (status: CheckLine['status']) => lines.filter(line => line.status === status).length;
	return {ok: of('ok'), warn: of('warn'), failed: of('failed')};
}

/** Order of hosts by what is to be told of them. */
const rank = (tone: Tone) => ['failed', 'changed', 'running', 'ok'].indexOf(tone);

type HostKey = {compared: string; fingerprint: string};

/** What the doctor says of a host's key: with what it was compared, and the key. */
function hostKeyOf(lines: readonly CheckLine[]): HostKey | undefined {
	const first = /^(.*): (SHA256:\S+)$/.exec(lines.find(({check}) => check === 'host key')?.detail ?? '');
	if (first) return {compared: first[1] ?? '', fingerprint: first[2] ?? ''};
	const seen = /SHA256:\S+/.exec(lines.find(({check}) => check === 'ssh')?.detail ?? '')?.[0];
	return seen === undefined ? undefined : {compared: 'as seen before', fingerprint: seen};
}

/** How the checks of each host stand, and its key: on a row of its own where only then it can be read whole. */
function hostRows(state: WizardState, {look, width}: Canvas, room: number): Row[][] {
	const {check} = state;
	const {glyphs} = look;
	const {cluster, limit = []} = subjectOf(state).subject ?? {};
	const hosts = (cluster?.hosts ?? []).map(({name}) => name);
	const names = hosts.filter(name => limit.length === 0 || limit.includes(name));
	const nameWidth = Math.max(...names.map(name => name.length), 4);
	const keys = names.map(name => hostKeyOf(check.lines.filter(({host}) => host === name)));
	const alike = new Set(keys.flatMap(key => key?.compared ?? [])).size < 2;
	const texts = names.map((name, i) => {
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
		const parts = [count(ok, 'check'), failed > 0 ? `${failed} failed` : '', warn > 0 ? count(warn, 'warning') : ''];
		const reached = lines.length > 0;
		const text = reached ? parts.filter(Boolean).join(', ') : busy ? 'logging in' : bad ? 'not reached' : '';
		const key = keys[i] ? `${keys[i].fingerprint}${alike ? '' : ` ${keys[i].compared}`}` : '';
		return {sign, tone, name, text, key, bad};
	});
	// Where there is trouble, those who have it come first, and half a key helps nobody.
	const troubled = room === 0;
	if (troubled && check.work === 'done') texts.sort((a, b) => rank(a.tone) - rank(b.tone));
	const textWidth = Math.max(...texts.map(({text}) => text.length), 9);
	const keyRoom = width - nameWidth - textWidth - 6;
	const longest = Math.max(...texts.map(({key}) => key.length));
	const below = longest > keyRoom && 2 * names.length <= room;
	return texts.map(({sign, tone, name, text, key, bad}) => {
		const first: Row = [
			{text: `${sign} `, tone},
			{text: `${name.padEnd(nameWidth)}  `},
			{text: text.padEnd(textWidth), tone: bad ? 'failed' : 'plain'},
			{
				text:
					below || keyRoom < 12 || (troubled && longest > keyRoom) ? '' : `  ${fitted(key, keyRoom, glyphs).trimEnd()}`,
				tone: 'quiet',
			},
		];
		return below && key !== '' ? [first, row(`    ${fitted(key, width - 4, glyphs).trimEnd()}`, 'quiet')] : [first];
	});
}

/** With what the keys of the hosts were compared, in a sentence. */
function comparedRow({check}: WizardState, width: number): Row[] {
	const hosts = new Set(check.lines.map(({host}) => host));
	const keys = [...hosts].flatMap(host => hostKeyOf(check.lines.filter(line => line.host === host)) ?? []);
	const compared = [...new Set(keys.map(key => key.compared))];
	return compared.length === 0 ? [] : paragraph(`Host keys: ${compared.join('; ')}.`, width, 'quiet');
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
	const told = height >= 12 ? comparedRow(state, width) : [];
	head.push(...told, blank);
	const left = height - head.length;
	const hosts = hostRows(state, canvas, found.length === 0 ? left : 0).flat();
	const entries = found.map((line, i) => troubleRows(line, i === check.cursor, canvas));
	const few = found.length === 0 ? left : Math.max(3, Math.min(hosts.length, left - 1 - entries.flat().length));
	const shown = windowed(hosts, 0, few, look);
	if (found.length === 0) return [...head, ...shown];
	// All of the entry under the cursor is in sight.
	const middle = Math.floor((entries[check.cursor]?.length ?? 1) / 2);
	const before = entries.slice(0, check.cursor).flat().length + middle;
	const room = height - head.length - shown.length - 1;
	return [...head, ...shown, blank, ...windowed(entries.flat(), before, room, look)];
}
