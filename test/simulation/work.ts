import type {StepFrame} from './frame.ts';
import type {SimulatedHost} from './host.ts';

/** What a step prints while it works, and for how long (ms) it does so. */
export type Work = {ms: number; lines: string[]};

/** The same number between 0 and 1 for the same words: hosts differ from each other, runs do not. */
function chance(...words: (string | number)[]): number {
	let hash = 2166136261;
	for (const letter of words.join(' ')) hash = Math.imul(hash ^ letter.charCodeAt(0), 16777619);
	return ((hash >>> 0) % 1000) / 1000;
}

const between = (least: number, most: number, by: number) => Math.round(least + (most - least) * by);

function transaction(names: string[]): string[] {
	const rows = names.map(name => ` ${name.padEnd(36)} x86_64    amazonlinux`);
	const steps = names.map((name, i) => `  Installing       : ${name}  ${i + 1}/${names.length}`);
	return [
		'Last metadata expiration check: 0:04:12 ago.',
		'Dependencies resolved.',
		...rows,
		`Install  ${names.length} Packages`,
		'Downloading Packages:',
		...names.map((name, i) => `(${i + 1}/${names.length}): ${name}.amzn2023.x86_64.rpm    24 MB/s`),
		'Running transaction',
		...steps,
		'Complete!',
	];
}

function pull(ref: string): string[] {
	const layers = ['4f4fb700ef54', '9b829c73b52b', 'c0c9bc3b3a1e', '17bbb9a4f2d0'];
	return [
		`Pulling from ${ref.replace(/:.*/, '')}`,
		...layers.map(layer => `${layer}: Pulling fs layer`),
		...layers.map(layer => `${layer}: Pull complete`),
		`Status: Downloaded newer image for ${ref}`,
	];
}

/** How long it takes to answer a question of so many characters, ms: some look around, others are over in no time. */
export function thought(script: string, {index}: SimulatedHost): number {
	return script.length < 1000 ? 10 : between(150, 900, chance(script.length, index));
}

/** How long a real host takes for such a step, roughly; every host a little longer or shorter than the others. */
export function workOf({title}: Pick<StepFrame, 'title'>, host: SimulatedHost): Work {
	const by = chance(title, host.index);
	const [kind = '', ...rest] = title.split(' ');
	switch (kind) {
		case 'packages':
			return {ms: between(1400, 2800, by) + rest.length * 120, lines: transaction(rest)};
		case 'archive': {
			const file = rest.join(' ').split('/').at(-1) ?? '';
			const percents = [12, 37, 58, 81, 100].map(percent => `${percent}% of ${file}`);
			return {ms: between(900, 2200, by), lines: [...percents, `sha512 of ${file} matches, unpacking`]};
		}
		case 'image':
			return {ms: between(1500, 3000, by), lines: pull(rest.join(' '))};
		case 'service':
			return {ms: between(1050, 1600, by), lines: []};
		default:
			return {ms: between(15, 70, by), lines: []};
	}
}
