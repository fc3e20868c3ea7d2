import {afterAll, beforeAll, expect, test} from 'vitest';
import {ask, Bench, until} from './bench.ts';

let bench: Bench;
const at = (number: number) => `${bench.address(number)}:5050`;

beforeAll(async () => {
	bench = await Bench.prepare();
	await bench.startZookeeper();
});

afterAll(() => bench?.clear());

test('a new log needs all masters; an elected master without them answers, does not serve, and aborts', async () => {
	const alone = bench.master(1, 2, '--registry_fetch_timeout=3secs');
	await until('the only master is elected', async () => (await ask(at(1), '/redirect'))?.status === 307);
	expect(await ask(at(1), '/state')).toMatchObject({status: 200});
	expect(await ask(at(1), '/api/v1', {type: 'GET_HEALTH'})).toMatchObject({
		status: 503,
		body: 'Master has not finished recovery',
	});
	expect(await alone.ended).toBe('SIGABRT');
	expect(alone.output()).toContain('Failed to recover registrar: Failed to perform fetch within 3secs');
});

test('a log that exists goes on with a quorum', async () => {
	const first = [1, 2, 3].map(number => bench.master(number, 2));
	const serves = (numbers: number[]) => async () => {
		const answers = await Promise.all(numbers.map(number => ask(at(number), '/api/v1', {type: 'GET_HEALTH'})));
		return answers.some(answer => answer?.status === 200);
	};
	await until('one of three serves', serves([1, 2, 3]), 40_000);
	for (const master of first) {
		master.kill('SIGKILL');
		await master.ended;
	}
	bench.master(1, 2);
	bench.master(2, 2);
	await until('one of two serves', serves([1, 2]));
});
