// Part of `npm run build`, after tsc: what the program uses of the AWS SDK becomes one file of the package, with its licences.
import {readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {build} from 'esbuild';

const checkout = join(import.meta.dirname, '..');
const bundle = join(checkout, 'dist/source/discovery/aws-sdk');

const {metafile} = await build({
	absWorkingDir: checkout,
	entryPoints: ['source/discovery/aws-sdk.ts'],
	outfile: `${bundle}.js`,
	bundle: true,
	format: 'esm',
	platform: 'node',
	target: 'node22.13',
	// Of ES modules, unlike CommonJS, what is not used can be left out.
	mainFields: ['module', 'main'],
	// The SDK compares errors by the names of their classes, too.
	keepNames: true,
	metafile: true,
	logLevel: 'warning',
});

const packages = new Set(
	Object.keys(metafile.inputs).flatMap(file => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
);
/** Packages by the text of their licence; most share one. */
const texts = new Map<string, string[]>();
for (const folder of [...packages].sort()) {
	const path = join(checkout, folder);
	const {name, version, license} = JSON.parse(await readFile(join(path, 'package.json'), 'utf8'));
	const files = (await readdir(path)).filter(file => /^(licen[cs]e|notice)/i.test(file)).sort();
	const text = (await Promise.all(files.map(file => readFile(join(path, file), 'utf8')))).join('\n');
	texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
}
const chapters = [...texts].map(
	([text, names]) => `${names.join('\n')}\n\n${text || 'Under the licence named above.\n'}`,
);
const rule = `\n${'-'.repeat(80)}\n\n`;
await writeFile(`${bundle}.licenses.txt`, `aws-sdk.js contains code of these packages:\n${rule}${chapters.join(rule)}`);
