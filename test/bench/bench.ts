// npm run bench: what the product costs, beside what else one could do. Prints a table and writes bench.json.
import {readFile, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {down} from '../lab/lab.ts';
import {labRefusal} from '../lab/refusal.ts';
import {bareLab} from './install.ts';
import {partlyInstalledLabs} from './many-hosts.ts';
import {isMet, type Result} from './measure.ts';
import {measurements, sixHosts} from './measurements.ts';
import {printChecks} from './print-checks.ts';
import {table} from './table.ts';

const file = join(import.meta.dirname, '../../bench.json');
const labs = [sixHosts, bareLab, ...partlyInstalledLabs];
const usage = `Usage: npm run bench -- [--only KEY,...] [--print-checks [HOST]] [--down]
Keys: ${measurements.flatMap(({keys}) => keys).join(', ')}`;

type Report = {measured: string; machine: string; node: string; results: (Result & {met: boolean | undefined})[]};

/** Lines measured just now replace those of an earlier run; the rest stays. */
async function save(results: readonly Result[]): Promise<void> {
	const before: Report | undefined = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
	const order = measurements.flatMap(({keys}) => keys);
	const measured = results.map(result => ({...result, met: isMet(result)}));
	const kept = (before?.results ?? []).filter(({key}) => order.includes(key) && !results.some(now => now.key === key));
	const [cpu] = cpus();
	const report: Report = {
		measured: new Date().toISOString().slice(0, 10),
		machine: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
		node: process.versions.node,
		results: [...kept, ...measured].sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key)),
	};
	await writeFile(file, `${JSON.stringify(report, undefined, '\t')}\n`);
}

async function main(): Promise<number> {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {
			only: {type: 'string'},
			'print-checks': {type: 'boolean', default: false},
			down: {type: 'boolean', default: false},
			help: {type: 'boolean', default: false},
		},
	});
	if (values.help) {
		console.log(usage);
		return 0;
	}
	const refusal = labRefusal();
	if (refusal) {
		console.error(refusal);
		return 1;
	}
	// Everything but the result goes to stderr, so that a table or a check text can be piped on.
	const log = (line: string) => console.error(line);
	const wanted = values.only?.split(',');
	const unknown = wanted?.find(key => !measurements.some(({keys}) => keys.includes(key)));
	if (unknown !== undefined) {
		console.error(`There is nothing to measure called "${unknown}".\n${usage}`);
		return 2;
	}
	const results: Result[] = [];
	try {
		if (values['print-checks']) {
			await printChecks(positionals[0], log);
			return 0;
		}
		if (values.down) return 0;
		for (const {keys, measure} of measurements) {
			if (wanted && !wanted.some(key => keys.includes(key))) continue;
			log(`measuring ${keys.join(', ')} ...`);
			const found = await measure(log);
			results.push(...found);
			await save(found);
		}
	} finally {
		// What was measured is down already; this is for what an error or --print-checks left.
		for (const name of labs) await down(name, () => {});
	}
	console.log(table(results));
	return results.some(result => isMet(result) === false) ? 1 : 0;
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
