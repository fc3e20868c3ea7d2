import fc from 'fast-check';
import {fitsOneLine} from '../../../source/cluster/text.ts';

/** What shells, unit files, templates, terminals and the runner's own frames might take for more than text. */
function pieces(canary: string): string[] {
	const touch = `touch ${canary}`;
	return [
		...[`$(${touch})`, `\`${touch}\``, `'; ${touch}; '`, `"; ${touch}; "`, `| ${touch}`, `& ${touch} &`, `&& ${touch}`],
		...[`<(${touch})`, `<%= require("fs").writeFileSync("${canary}","") %>`, `\${x:=$(${touch})}`, `' ${touch} #`],
		...[
			"'",
			'"',
			'\\',
			'\\\\',
			"'\\''",
			`'"$N"'`,
			'$N',
			'$',
			'$$',
			'${',
			'%',
			'%n',
			'%%',
			'%H',
			'*',
			'?',
			'~',
			'#',
			'!',
			'-',
		],
		...[
			'--',
			'-n',
			'-e',
			'@@ 1 ok',
			'END',
			'EOF',
			'# BEGIN x',
			'\t',
			' ',
			'  ',
			'=',
			':',
			',',
			'/',
			'..',
			'../../etc/x',
		],
		...[
			'\u001b[2J',
			'\u001b]0;x\u0007',
			'\u0001',
			'\u0008',
			'\u007f',
			'\u009b31m',
			'\u202e',
			'\u2028',
			'\ufeff',
			'é',
			'😀',
		],
	];
}

/** Text of one line; whatever runs as a command of it creates the file `canary`. */
export function hostileText(canary: string): fc.Arbitrary<string> {
	const piece = fc.oneof(
		{weight: 3, arbitrary: fc.constantFrom(...pieces(canary))},
		{weight: 1, arbitrary: fc.string({unit: 'binary', minLength: 1, maxLength: 6})},
	);
	return fc
		.array(piece, {minLength: 1, maxLength: 6})
		.map(all => all.join('').replaceAll(/[\n\r\0]/g, ''))
		.filter(text => text !== '' && fitsOneLine(text));
}

function balanced(text: string): string {
	const open = text.split('(').length;
	const close = text.split(')').length;
	const inOrder = [...text].reduce(
		(depth, one) => (depth < 0 ? depth : depth + (one === '(' ? 1 : one === ')' ? -1 : 0)),
		0,
	);
	return open === close && inOrder === 0 ? text : text.replaceAll(/[()]/g, '');
}

/** Attributes Mesos can take, hostile all the same: no semicolons, brackets and braces, no empty ones. */
export function hostileAttributes(canary: string): fc.Arbitrary<Record<string, string>> {
	const value = hostileText(canary)
		.map(text => balanced(text.replaceAll(/[;{}[\]]/g, '')))
		.filter(text => text.trim() !== '');
	const key = value
		.map(text => text.replaceAll(':', ''))
		.filter(text => text.trim() !== '' && text !== 'id' && text !== '__proto__');
	return fc.dictionary(key, value, {maxKeys: 6, noNullPrototype: true});
}
