import {SetupError} from '../../cluster/setup-error.ts';

// Texts here are files byte for byte, one character a byte (latin1): what others wrote comes through in any encoding.

/** A piece of a file: the block of a cluster, or what lies between blocks. */
type Segment = {name?: string; text: string};

const marker = /^# (BEGIN|END) mesos-setup (\S+)\s*$/;

// What there was before the block, for the day it is taken out.
const unended = '# The line above had no line end before this block.\n';
const created = '# The file was made for this block.\n';

/** @param path for the error: a SetupError (exit 2) where begin and end do not pair up */
function segmentsOf(text: string, path: string): Segment[] {
	const damaged = (line: number, what: string) =>
		new SetupError({
			field: `${path}, line ${line}`,
			cause: `${what}, so it is not clear what belongs to the block.`,
			fix: 'Put the missing line back, or take the lines of the block out by hand.',
			exitCode: 2,
		});
	const segments: Segment[] = [];
	let open: {name: string; line: number} | undefined;
	for (const [index, line] of (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).entries()) {
		const [, word, name = ''] = marker.exec(line) ?? [];
		const last = segments.at(-1);
		if (word === 'BEGIN') {
			if (open) throw damaged(open.line, `"# BEGIN mesos-setup ${open.name}" has no end`);
			open = {name, line: index + 1};
			segments.push({name, text: line});
		} else if (word === 'END' && open?.name !== name) {
			throw damaged(index + 1, `"# END mesos-setup ${name}" ends what has not begun`);
		} else if (last && (open || last.name === undefined)) {
			last.text += line;
		} else {
			segments.push({text: line});
		}
		if (word === 'END') open = undefined;
	}
	if (open) throw damaged(open.line, `"# BEGIN mesos-setup ${open.name}" has no end`);
	return segments;
}

function noted(block: Segment, note: string): Segment {
	const firstLine = block.text.indexOf('\n') + 1;
	return {...block, text: block.text.slice(0, firstLine) + note + block.text.slice(firstLine)};
}

function textOf(segments: readonly Segment[]): string {
	return segments.map(({text}) => text).join('');
}

function says(segment: Segment | undefined, note: string): boolean {
	return segment?.text.includes(note) ?? false;
}

/** How many segments from the top on are blocks of ours, or say nothing. */
function leading(segments: readonly Segment[]): number {
	const first = segments.findIndex(({name, text}) => name === undefined && /^[ \t]*[^\s#]/m.test(text));
	return first === -1 ? segments.length : first;
}

/**
 * `file` with the block of `name` in it. Where it has one already, that is replaced in place; except that a block that
 * belongs to the top goes there when something of others has come before it.
 * @param file undefined where there is none
 * @param place `top`: before everything of others, for files where the first to speak is right
 */
export function withBlock(
	file: string | undefined,
	path: string,
	block: {name: string; lines: readonly string[]},
	place: 'top' | 'bottom',
): string {
	const {name} = block;
	const segments = segmentsOf(file ?? '', path);
	const before = segments.find(segment => segment.name === name);
	const at = before ? segments.indexOf(before) : -1;
	const text = [`# BEGIN mesos-setup ${name}`, ...block.lines, `# END mesos-setup ${name}`, ''].join('\n');
	let wanted: Segment = {name, text};
	if (file === undefined || says(before, created)) wanted = noted(wanted, created);
	const others = segments.filter((segment, index) => segment.name !== name || index === at);
	if (before && (place === 'bottom' || at < leading(segments))) {
		if (says(before, unended)) wanted = noted(wanted, unended);
		return textOf(others.map(segment => (segment === before ? wanted : segment)));
	}
	const rest = others.filter(segment => segment !== before);
	if (place === 'top') {
		const index = rest.slice(0, leading(rest)).findLastIndex(segment => segment.name !== undefined) + 1;
		return textOf(rest.toSpliced(index, 0, wanted));
	}
	const sofar = textOf(rest);
	if (sofar === '' || sofar.endsWith('\n')) return sofar + wanted.text;
	return `${sofar}\n${noted(wanted, unended).text}`;
}

/** `file` as it was without the block of `name`; undefined where nothing is left of a file that was made for it. */
export function withoutBlock(file: string, path: string, name: string): string | undefined {
	let segments = segmentsOf(file, path);
	for (;;) {
		const at = segments.findIndex(segment => segment.name === name);
		const block = segments[at];
		if (!block) return textOf(segments);
		const next = segments[at + 1];
		// Another cluster's block that stays takes the notes over.
		const heirs = segments.map((segment, index) => {
			const firstOther = segments.findIndex(other => other.name !== undefined && other.name !== name);
			const heir = says(block, created) && index === firstOther ? noted(segment, created) : segment;
			return says(block, unended) && segment === next && next.name !== undefined ? noted(heir, unended) : heir;
		});
		const left = heirs.toSpliced(at, 1);
		const text = textOf(left);
		if (says(block, created) && text === '') return undefined;
		segments = says(block, unended) && !next ? segmentsOf(text.replace(/\n$/, ''), path) : left;
	}
}

/** The clusters that have a block in `file`, in order, with its lines. */
export function blocksOf(file: string, path: string): {name: string; lines: string[]}[] {
	return segmentsOf(file, path).flatMap(({name, text}) =>
		name === undefined ? [] : [{name, lines: text.trimEnd().split('\n').slice(1, -1)}],
	);
}

/** The lines of `file` that are in no block. */
export function linesOfOthers(file: string, path: string): string[] {
	return segmentsOf(file, path).flatMap(({name, text}) => (name === undefined ? text.split('\n') : []));
}
