// npm run bench: what the product costs, beside what else one could do. Prints a table; bench.json and the README keep it.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join, relative} from 'node:path';
import {parseArgs} from 'node:util';
import {down} from '../lab/lab.ts';
import {labRefusal} from '../lab/refusal.ts';
import {isMet, type Log, type Result} from './measure.ts';
import {type Measurement, measurements, order} from './measurements.ts';
import {printChecks} from './print-checks.ts';
import {reportFile, save} from './report.ts';
import {table} from './table.ts';

const usage = `Usage: npm run bench -- [KEY...]
       npm run bench -- --print-checks [HOST]   the check text that each host's runner receives
Keys: ${order.join(', ')}`;

/** Labs must not outlive the bench, not even one that is killed. */
function undertaker(): {over(): Promise<unknown>} {
	const child = spawn(process.execPath, [join(import.meta.dirname, 'undertaker.ts')], {
		detached: true,
		stdio: ['pipe', 'ignore', 'inherit'],
	});
	const ended = once(child, 'exit');
	return {
		over() {
			child.stdin.end();
			return ended;
		},
	};
}

async function measureAll(chosen: readonly Measurement[], refusal: string | undefined, log: Log): Promise<Result[]> {
	const results: Result[] = [];
	for (const [i, {keys, labs, measure}] of chosen.entries()) {
		if (refusal && labs.length > 0) {
			log(`SKIPPED: ${keys.join(', ')}: ${refusal}`);
			continue;
		}
		const began = performance.now();
		log(`measuring ${keys.join(', ')} ...`);
		const found = await measure(log);
		await save(found);
		results.push(...found);
		log(`  ${((performance.now() - began) / 1000).toFixed(0)} s`);
		// A lab that is only in the way would be measured too.
		for (const name of labs) if (!chosen[i + 1]?.labs.includes(name)) await down(name, () => {});
	}
	return results;
}

async function main(): Promise<number> {
	const {values, positionals} = parseArgs({
		allowPositionals: true,
		options: {'print-checks': {type: 'boolean', default: false}, help: {type: 'boolean', default: false}},
	});
	if (values.help) {
		console.log(usage);
		return 0;
	}
	const unknown = values['print-checks'] ? undefined : positionals.find(key => !order.includes(key));
	if (unknown !== undefined) {
		console.error(`There is nothing to measure called "${unknown}".\n${usage}`);
		return 2;
	}
	const refusal = labRefusal();
	if (refusal && values['print-checks']) {
		console.error(refusal);
		return 1;
	}
	// Everything but the result goes to stderr, so that a table or a check text can be piped on.
	const log = (line: string) => console.error(line);
	const labs = undertaker();
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
		process.once(signal, () => {
			log('Stopped; its labs are being removed.');
			void labs.over().then(() => process.exit(130));
		});
	try {
		if (values['print-checks']) {
			await printChecks(positionals[0], log);
			return 0;
		}
		const chosen = measurements.filter(
			({keys}) => positionals.length === 0 || keys.some(key => positionals.includes(key)),
		);
		const results = await measureAll(chosen, refusal, log);
		console.log(table(results));
		log(`Kept in ${relative(process.cwd(), reportFile)} and README.md.`);
		return results.some(result => isMet(result) === false) ? 1 : 0;
	} finally {
		await labs.over();
	}
}

try {
	process.exitCode = await main();
} catch (error) {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
}
