import {readFile, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import {join} from 'node:path';
import {isMet, type Result} from './measure.ts';
import {order} from './measurements.ts';
import {type Measured, withTable} from './readme-table.ts';

const checkout = join(import.meta.dirname, '../..');

export const reportFile = join(import.meta.dirname, 'bench.json');

/** Lines measured just now replace those of an earlier run; the rest stays. The README shows what the file says. */
export async function save(results: readonly Result[]): Promise<void> {
	const before: Measured | undefined = await readFile(reportFile, 'utf8').then(JSON.parse, () => undefined);
	const kept = (before?.results ?? []).filter(({key}) => order.includes(key) && !results.some(now => now.key === key));
	const [cpu] = cpus();
	const report: Measured = {
		measured: new Date().toISOString().slice(0, 10),
		machine: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
		node: process.versions.node,
		results: [...kept, ...results.map(result => ({...result, met: isMet(result)}))].sort(
			(a, b) => order.indexOf(a.key) - order.indexOf(b.key),
		),
	};
	await writeFile(reportFile, `${JSON.stringify(report, rounded, '\t')}\n`);
	const readme = join(checkout, 'README.md');
	await writeFile(readme, withTable(await readFile(readme, 'utf8'), report));
}

/** Milliseconds are as fine as anything here can be measured. */
function rounded(_: string, value: unknown): unknown {
	return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}
