import {expect, test} from 'vitest';
import type {Cluster} from '../../../source/cluster/model.ts';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {assemble} from '../../../source/pipeline/assemble.ts';
import type {RunEvent} from '../../../source/pipeline/events.ts';

test('where no master can be reached each host says why before it is said what follows from it', async () => {
	const host = (name: string, role: 'master' | 'slave') => ({name, role, address: name, private_ip: '10.0.1.1'});
	const cluster = {name: 'prod', hosts: [host('master-1', 'master'), host('slave-1', 'slave')]} as Cluster;
	const events: RunEvent[] = [];
	const connect = async ({name}: {name: string}) => {
		throw new SetupError({host: name, cause: 'refuses user ec2-user.', fix: 'Check ssh.user.', exitCode: 1});
	};
	const run = {cluster, limit: [], stored: undefined, connect, newId: () => 'id'};
	await expect(assemble({...run, listener: event => events.push(event)})).rejects.toThrow('no master can be reached');
	expect(events.filter(({event}) => event === 'error')).toEqual(
		['master-1', 'slave-1'].map(name => expect.objectContaining({host: name, cause: 'refuses user ec2-user.'})),
	);
});
