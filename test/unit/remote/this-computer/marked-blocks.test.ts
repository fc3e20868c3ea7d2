import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	blocksOf,
	linesOfOthers,
	withBlock,
	withoutBlock,
} from '../../../../source/remote/this-computer/marked-blocks.ts';
import {thrown} from '../../cluster/example.ts';

const put = (file: string | undefined, name: string, lines: string[], place: 'top' | 'bottom') =>
	withBlock(file, 'f', {name, lines}, place);

/** Any bytes, with line ends and what looks like the files in question made likely; no line is a marker of ours. */
const foreign = fc
	.array(
		fc.oneof(
			fc.constantFrom('\n', '\r\n', 'Host *\n', '  User a\n', '# c\n', 'Match all\n', '# BEGIN mesos-setup\n', '\t'),
			fc.string({unit: fc.integer({min: 0, max: 255}).map(code => String.fromCharCode(code)), maxLength: 12}),
		),
		{maxLength: 12},
	)
	.map(parts => parts.join(''))
	.filter(text => !/^# (BEGIN|END) mesos-setup \S+\s*$/m.test(text));
const name = fc.constantFrom('prod', 'stage', 'x.y_z');
const place = fc.constantFrom('top' as const, 'bottom' as const);

describe('everything else stays the same bytes', () => {
	test('whatever is put in and taken out, in whatever order', () => {
		fc.assert(
			fc.property(
				fc.option(foreign, {nil: undefined}),
				place,
				fc.array(fc.tuple(fc.boolean(), name, fc.array(fc.constantFrom('a', 'b c', '# d'), {maxLength: 3})), {
					maxLength: 10,
				}),
				(before, where, deeds) => {
					const names = new Set<string>();
					let file = before;
					for (const [isPut, cluster, lines] of deeds) {
						if (isPut) {
							file = put(file, cluster, lines, where);
							names.add(cluster);
							expect(put(file, cluster, lines, where)).toBe(file);
							const written = blocksOf(file, 'f').find(one => one.name === cluster)?.lines ?? [];
							expect(written.slice(written.length - lines.length)).toEqual(lines);
						} else if (file !== undefined) {
							file = withoutBlock(file, 'f', cluster);
							names.delete(cluster);
						}
						expect(
							blocksOf(file ?? '', 'f')
								.map(one => one.name)
								.sort(),
						).toEqual([...names].sort());
						expect(linesOfOthers(file ?? '', 'f').join('')).toBe((before ?? '').replaceAll('\n', ''));
					}
					for (const cluster of names) file = withoutBlock(file ?? '', 'f', cluster);
					expect(file).toBe(before);
				},
			),
			{numRuns: 400},
		);
	});

	test('what others write meanwhile, around the blocks', () => {
		fc.assert(
			fc.property(foreign, foreign, foreign, place, (before, top, bottom, where) => {
				const file = put(put(before, 'prod', ['a'], where), 'stage', ['b'], where);
				const edited = `${top === '' ? '' : `${top}\n`}${file}${bottom}`;
				if (!file.endsWith('\n') && bottom !== '') return;
				const gone = withoutBlock(withoutBlock(edited, 'f', 'prod') ?? '', 'f', 'stage') ?? '';
				const glue = before === '' || before.endsWith('\n') || bottom === '' || where === 'top' ? '' : '\n';
				expect(gone).toBe(`${top === '' ? '' : `${top}\n`}${before}${glue}${bottom}`);
			}),
			{numRuns: 400},
		);
	});
});

describe('the top', () => {
	test('is before everything that says something', () => {
		const file = put('# mine\n\nHost *\n', 'prod', ['a'], 'top');
		expect(file).toBe('# BEGIN mesos-setup prod\na\n# END mesos-setup prod\n# mine\n\nHost *\n');
	});

	test('a second cluster comes behind the first', () => {
		const file = put(put('Host *\n', 'prod', [], 'top'), 'stage', [], 'top');
		expect(blocksOf(file, 'f').map(one => one.name)).toEqual(['prod', 'stage']);
		expect(file.endsWith('# END mesos-setup stage\nHost *\n')).toBe(true);
	});

	test('a block stays below comments, and comes up from behind directives', () => {
		const below = `# mine\n${put('', 'prod', ['a'], 'top')}Host *\n`;
		expect(put(below, 'prod', ['b'], 'top')).toBe(below.replace('\na\n', '\nb\n'));
		const behind = `User a\n${put('', 'prod', ['a'], 'top')}Host *\n`;
		expect(put(behind, 'prod', ['b'], 'top')).toBe(`${put('', 'prod', ['b'], 'top')}User a\nHost *\n`);
	});
});

test('a block that is there twice is there once again', () => {
	const twice = `x\n${put('', 'prod', ['a'], 'bottom')}y\n${put('', 'prod', ['a'], 'bottom')}`;
	expect(put(twice, 'prod', ['b'], 'bottom')).toBe(`x\n${put('', 'prod', ['b'], 'bottom')}y\n`);
	expect(withoutBlock(twice, 'f', 'prod')).toBe('x\ny\n');
});

test('markers an editor gave other line ends are markers still', () => {
	const file = `x\r\n${put('', 'prod', ['a'], 'bottom').replaceAll('\n', '\r\n')}y\r\n`;
	expect(withoutBlock(file, 'f', 'prod')).toBe('x\r\ny\r\n');
});

test.each([
	['a begin without its end', 'x\n# BEGIN mesos-setup prod\na\n', 2, /"# BEGIN mesos-setup prod" has no end/],
	['an end without its begin', '# END mesos-setup prod\n', 1, /ends what has not begun/],
	['a begin within', '# BEGIN mesos-setup prod\n\n# BEGIN mesos-setup b\n# END mesos-setup b\n', 1, /prod" has no end/],
	['another end', '# BEGIN mesos-setup prod\n# END mesos-setup b\n# END mesos-setup prod\n', 2, /b" ends what/],
])('%s is refused, whose block it may be', (_, file, line, cause) => {
	for (const action of [() => put(file, 'new', [], 'top'), () => withoutBlock(file, 'f', 'new')]) {
		const error = thrown(action);
		expect(error).toMatchObject({field: `f, line ${line}`, exitCode: 2, fix: expect.stringMatching(/by hand/)});
		expect(error.message).toMatch(cause);
	}
});

test("the block that hosts themselves carry is somebody else's", () => {
	const host = '# BEGIN mesos-setup\n10.0.0.1 a\n# END mesos-setup\n';
	expect(withoutBlock(put(host, 'prod', ['b'], 'bottom'), 'f', 'prod')).toBe(host);
});
