import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Testimony} from './witness.ts';

/** Environment under which a run of the product leaves its testimony in `file`. */
export function witnessed(file: string): Record<string, string> {
	return {NODE_OPTIONS: `--import=${join(import.meta.dirname, 'witness.ts')}`, MESOS_SETUP_BENCH_WITNESS: file};
}

export async function testimony(file: string): Promise<Testimony> {
	return JSON.parse(await readFile(file, 'utf8')) as Testimony;
}
