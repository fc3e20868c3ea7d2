import {expect, test} from 'vitest';
import {FirstCome} from '../../../source/pipeline/first-come.ts';
import type {Member} from '../../../source/pipeline/fleet.ts';
import {HostBusy} from '../../../source/remote/session.ts';

const member = (name: string, host_json = '') =>
	({host: {name}, session: {ask: async () => host_json}}) as unknown as Member;

/** Names of those whose turn has come. */
function watch(first: FirstCome, ...hosts: string[]): string[] {
	const come: string[] = [];
	for (const host of hosts)
		first.turn(host).then(
			() => come.push(host),
			error => come.push(`${host}: ${error.message}`),
		);
	return come;
}
const soon = () => new Promise(resolve => setImmediate(resolve));

test('nobody is taken before the first master is', async () => {
	const first = new FirstCome(['master-1', 'master-2']);
	const come = watch(first, 'slave-1', 'master-2', 'master-1');
	await soon();
	expect(come).toEqual(['master-1']);
	await first.taken(member('master-1'));
	await soon();
	expect(come.toSorted()).toEqual(['master-1', 'master-2', 'slave-1']);
});

test('a master that cannot be reached leaves it to the next one, and the last one to nobody', async () => {
	const first = new FirstCome(['master-1', 'master-2']);
	const come = watch(first, 'slave-1', 'master-2');
	first.failed('master-1', new Error('no answer'));
	await soon();
	expect(come).toEqual(['master-2']);
	first.failed('master-2', new Error('no answer'));
	await soon();
	expect(come).toEqual(['master-2', 'slave-1']);
});

test('a master that another run holds means that the others are let alone, and that run is named', async () => {
	const first = new FirstCome(['master-1']);
	const come = watch(first, 'slave-1');
	first.failed('master-1', new HostBusy({cause: 'ada@desk (pid 7) is at work.', fix: 'Wait.', exitCode: 1}));
	await soon();
	expect(come).toEqual([expect.stringMatching(/^slave-1: not touched.*on master-1 ada@desk \(pid 7\).* Wait\.$/)]);
});

test('what another run has begun between the first look and the lock is not begun again', async () => {
	const first = new FirstCome(['master-1']);
	await expect(first.taken(member('master-1', 'there\n'))).rejects.toThrow(
		/^master-1: another run has begun.*run the same command again/,
	);
});
