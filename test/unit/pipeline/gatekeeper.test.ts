import {expect, test} from 'vitest';
import {Coordination} from '../../../source/pipeline/coordination.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';
import {Gatekeeper} from '../../../source/pipeline/gatekeeper.ts';
import type {LastWords} from '../../../source/pipeline/last-words.ts';
import {testCluster} from '../health/test-cluster.ts';

const cluster = {...testCluster(1, 1), record: {id: 'x', name: 'lab', hosts: []}};
const words: LastWords = {host: 'master-1', told: 'the disk is full (zookeeper says: ENOSPC)', fix: 'Free some space.'};

/** Hosts none of which answers, with last words of their own. */
function silence(told: LastWords[]) {
	const asked: string[] = [];
	const events: RunEvent[] = [];
	return {
		asked,
		events,
		listener: (event: RunEvent) => void events.push(event),
		errors: () => events.filter(event => event.event === 'error'),
		senses: {
			reach: () => Promise.reject(new Error('connection refused')),
			lastWords: async (hosts: readonly string[], unit: string) => {
				asked.push(`${unit} on ${hosts.join(' ')}`);
				return told.filter(({host}) => hosts.includes(host));
			},
		},
	};
}

const never = new AbortController().signal;

test('a gate that stays shut says what the hosts behind it know, and the fix that belongs to it', async () => {
	const {senses, listener, events, asked} = silence([words]);
	const error = await new Gatekeeper(cluster, senses, listener, never).pass('zookeeper-quorum').catch(thrown => thrown);
	expect(asked).toEqual(['zookeeper on master-1']);
	expect(error).toMatchObject({
		reason: expect.stringMatching(/^zookeeper-quorum: not within .* master-1: the disk is full \(zookeeper says/),
		fix: 'Free some space.',
	});
	expect(events.at(-1)).toMatchObject({status: 'failed', detail: expect.stringContaining('the disk is full')});
});

test('without a word of theirs it says where to look', async () => {
	const {senses, listener} = silence([]);
	const error = await new Gatekeeper(cluster, senses, listener, never).pass('marathon-leader').catch(thrown => thrown);
	expect(error.fix).toMatch(/^Mend master-1 \("journalctl -u marathon" there says more\), then run/);
});

test('hosts that have failed are not asked: they have told', async () => {
	const {senses, listener, asked} = silence([words]);
	const gates = new Gatekeeper(cluster, senses, listener, never);
	gates.failedHosts.add('master-1');
	await expect(gates.pass('mesos-leader')).rejects.toThrow(/master-1 failed, and 1 of 1 masters are needed/);
	expect(asked).toEqual(['mesos-master on ']);
});

test('of gates that nobody waited for, the one that all others need is told as an error of the run', async () => {
	const {senses, listener, errors, events} = silence([words]);
	await new Coordination(cluster, cluster.hosts, senses, listener, never).prove(false);
	expect(errors()).toEqual([
		expect.objectContaining({cause: expect.stringMatching(/^zookeeper-quorum: .*the disk is full/)}),
	]);
	expect(events.filter(event => event.event === 'gate' && event.status === 'failed')).toHaveLength(5);
});

test('a daemon that falls after its step is told as its host’s, whatever else has failed', async () => {
	const {senses, listener, errors} = silence([words]);
	const shared = new Coordination(cluster, cluster.hosts, senses, listener, never);
	shared.over('slave-1', true);
	await shared.prove(false);
	expect(errors()).toEqual([
		expect.objectContaining({host: 'master-1', field: 'service zookeeper', fix: 'Free some space.'}),
	]);
});

test('what hosts have waited for, and told, is not told again', async () => {
	const {senses, listener, errors} = silence([words]);
	const shared = new Coordination(cluster, cluster.hosts, senses, listener, never);
	await expect(shared.pass('zookeeper-quorum')).rejects.toThrow();
	await shared.prove(false);
	expect(errors()).toEqual([]);
});

test('a slave that cannot register for want of a leader is asked about at the masters', async () => {
	const {senses, listener, asked} = silence([]);
	await expect(new Gatekeeper(cluster, senses, listener, never).pass('slaves-registered')).rejects.toThrow();
	expect(asked).toEqual(['mesos-master on master-1']);
});

test('gates that a failed host or the end of the run keeps shut are no errors of their own', async () => {
	const failing = silence([]);
	const shared = new Coordination(cluster, cluster.hosts, failing.senses, failing.listener, never);
	shared.over('master-1', true);
	await shared.prove(false);
	expect(failing.errors()).toEqual([]);
	const ended = silence([]);
	const abort = new AbortController();
	const other = new Coordination(cluster, cluster.hosts, ended.senses, ended.listener, abort.signal);
	const proof = other.prove(false);
	abort.abort(new Error('Interrupted.'));
	await proof;
	expect(ended.errors()).toEqual([]);
	expect(other.endedBy(abort.signal.reason)).toBe(true);
	expect(other.endedBy(new Error('Interrupted.'))).toBe(false);
});
