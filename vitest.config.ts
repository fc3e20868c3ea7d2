import {defineConfig} from 'vitest/config';
import ByName from './test/by-name.ts';

// The lab project needs root, Linux and Debian's packages: test/run.ts says when it cannot be run, and why.
export default defineConfig({
	test: {
		sequence: {sequencer: ByName},
		reporters: ['default', './test/closing-line.ts'],
		projects: [
			// A limit for what hangs: a loaded machine takes several times as long as a quiet one.
			{
				test: {
					name: 'unit',
					include: ['test/unit/**/*.test.{ts,tsx}'],
					globalSetup: './test/temporary-folder.ts',
					testTimeout: 120_000,
					hookTimeout: 120_000,
				},
			},
			{
				test: {
					name: 'lab',
					include: ['test/lab/**/*.test.ts', 'test/standins/**/*.test.ts'],
					globalSetup: './test/lab/global-setup.ts',
					testTimeout: 300_000,
					hookTimeout: 600_000,
					// Labs share two cores and the machine's memory: one file at a time, in the order of their names.
					fileParallelism: false,
				},
			},
		],
	},
});
