import {EventEmitter} from 'node:events';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {jobControl} from '../../../source/panels/job-control.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(platform: NodeJS.Platform = 'linux') {
	const kill = vi.fn((pid: number, signal: string) => {
		// The rest, to the group, is up to the shell.
		if (pid === 42) job.emit(signal);
	});
	const job = Object.assign(new EventEmitter(), {platform, pid: 42, kill});
	const told: string[] = [];
	const suspend = async (callback: () => Promise<void>) => {
		told.push('given away');
		await callback();
		told.push('taken back');
	};
	return {job, told, onSuspend: jobControl(job, suspend)};
}

test('the whole job is stopped, and the terminal taken back when it goes on', async () => {
	const {job, told, onSuspend} = start();
	onSuspend?.();
	expect(job.kill).toHaveBeenCalledWith(0, 'SIGTSTP');
	await vi.advanceTimersByTimeAsync(100);
	expect(told).toEqual(['given away']);
	job.emit('SIGCONT');
	await vi.advanceTimersByTimeAsync(0);
	expect(told).toEqual(['given away', 'taken back']);
	expect(job.eventNames()).toEqual([]);
	// The terminal may be another size by now.
	expect(job.kill).toHaveBeenLastCalledWith(42, 'SIGWINCH');
});

test('where no shell controls jobs nothing stops, and the panels come back', async () => {
	const {told, onSuspend} = start();
	onSuspend?.();
	await vi.advanceTimersByTimeAsync(250);
	expect(told).toEqual(['given away', 'taken back']);
});

test('a second Ctrl-Z before the first has taken effect is the same one', async () => {
	const {job, onSuspend} = start();
	onSuspend?.();
	onSuspend?.();
	const stops = () => job.kill.mock.calls.filter(([, signal]) => signal === 'SIGTSTP');
	expect(stops()).toHaveLength(1);
	await vi.advanceTimersByTimeAsync(250);
	onSuspend?.();
	expect(stops()).toHaveLength(2);
});

test('Windows has no jobs', () => {
	expect(start('win32').onSuspend).toBeUndefined();
});
