// npm test: everything that can be checked on this machine, in the order that fails fastest.
import {execa} from 'execa';
import {labRefusal} from './lab/refusal.ts';

const steps: [string, string[]][] = [
	['biome', ['check', '.']],
	['tsc', ['--noEmit']],
	['npm', ['run', '-s', 'build']],
];
for (const [program, args] of steps) {
	console.log(`> ${program} ${args.join(' ')}`);
	const {exitCode} = await execa(program, args, {stdio: 'inherit', reject: false, preferLocal: true});
	if (exitCode !== 0) process.exit(1);
}

const refusal = labRefusal();
const required = process.env.CI === 'true';
if (refusal && required) {
	console.error(`The lab is required here, but cannot run: ${refusal}`);
	process.exit(1);
}
if (refusal) console.log(`SKIPPED: all tests on real hosts (test/lab, test/standins): ${refusal}`);
const projects = refusal ? ['--project', 'unit'] : [];
const {exitCode} = await execa('vitest', ['run', ...projects, ...process.argv.slice(2)], {
	stdio: 'inherit',
	reject: false,
	preferLocal: true,
});
process.exit(exitCode ?? 1);
