import {join} from 'node:path';
import {afterAll, beforeAll, expect, test} from 'vitest';
import {type Lab, up} from '../lab.ts';
import {mesosSetup} from '../product.ts';
import {ec2Environment} from './start-ec2.ts';

let lab: Lab;
beforeAll(async () => {
	lab = await up({name: 'ec2', hosts: ['master-1', 'slave-1'], log: () => undefined});
});
afterAll(() => lab?.down());

const source = join(import.meta.dirname, '../../../source/discovery/console-keys.ts');

test('the hosts are found as instances', async () => {
	const run = await mesosSetup(lab, [
		'discover',
		'--json',
		'--filter',
		'key-name=lab',
		'--filter',
		'architecture=x86_64',
	]);
	expect(run).toMatchObject({exitCode: 0, stderr: ''});
	const able = run.events.flatMap(event => (event.event === 'instance' && !event.unsuitable ? [event] : []));
	expect(able.map(({name, private_ip}) => [name, private_ip])).toEqual(
		lab.hosts.map(({name, address}) => [name, address]),
	);
});

test('their consoles show the very keys their sshd shows', async () => {
	const {events} = await mesosSetup(lab, ['discover', '--json', '--filter', 'tag:Name=master-1']);
	const id = events.flatMap(event => (event.event === 'instance' ? event.id : []));
	const script = `
		const {consoleFingerprints} = await import(${JSON.stringify(source)});
		console.log(JSON.stringify(await consoleFingerprints(${JSON.stringify(id)}, {})));`;
	const argv = [process.execPath, '--input-type=module', '--eval', script];
	const {stdout} = await lab.exec(argv, {env: ec2Environment(lab.ec2)});
	const [{fingerprints = []} = {}] = JSON.parse(String(stdout)) as {fingerprints?: string[]}[];
	const scan = `ssh-keyscan -T 5 ${lab.host('master-1').address} | ssh-keygen -lf - | cut -d ' ' -f 2`;
	const shown = String((await lab.exec(['sh', '-c', scan])).stdout).split('\n');
	expect(fingerprints.toSorted()).toEqual(shown.toSorted());
	expect(fingerprints).toHaveLength(2);
});

test('what EC2 refuses on demand is told in one sentence', async () => {
	const faults = (text: string) =>
		lab.exec(['curl', '--silent', '--request', 'PUT', '--data', text, `${lab.ec2.url}/lab/faults`]);
	await faults('{"code": "ExpiredToken"}');
	const {exitCode, events} = await mesosSetup(lab, ['discover', '--json']);
	await faults('{}');
	expect(exitCode).toBe(1);
	expect(events).toMatchObject([{event: 'error', cause: 'The AWS credentials have expired.'}]);
});
