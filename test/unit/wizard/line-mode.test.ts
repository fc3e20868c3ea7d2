import {expect, test} from 'vitest';
import {SetupError} from '../../../source/cluster/setup-error.ts';
import {askInLines} from '../../../source/wizard/line-mode.ts';
import {back, type Prompts} from '../../../source/wizard/prompts.ts';
import type {Services} from '../../../source/wizard/services.ts';
import {candidate, prod, six, start} from './fixture.ts';

type Answer = [question: RegExp, answer: string | number[] | typeof back];

/** Answers in order; a choice is named by the beginning of its label. */
function scripted(answers: Answer[]): {prompts: Prompts; said: string[]; asked: string[]} {
	const said: string[] = [];
	const asked: string[] = [];
	const next = (message: string) => {
		asked.push(message);
		const [question, answer] = answers.shift() ?? [/^$/, ''];
		expect(message).toMatch(question);
		return answer;
	};
	const text = async (message: string, initial = '') => {
		const answer = next(message);
		if (answer === back) return back;
		return answer === '=' ? initial : String(answer);
	};
	const prompts: Prompts = {
		async select(message, choices, initial = 0) {
			const answer = next(message);
			if (answer === back) return back;
			if (answer === '=') return initial;
			const index = choices.findIndex(({label}) => label.startsWith(String(answer)));
			expect(index, `${answer} among ${choices.map(({label}) => label)}`).toBeGreaterThanOrEqual(0);
			return index;
		},
		async choose(message, choices) {
			const answer = next(message);
			if (answer === back) return back;
			return Array.isArray(answer) ? answer : choices.flatMap(({chosen}, i) => (chosen ? [i] : []));
		},
		input: text,
		secret: message => text(message),
		say: lines => said.push(...lines),
	};
	return {prompts, said, asked};
}

const untilSettings: readonly Answer[] = [
	[/Where/, '='],
	[/Which instances/, '='],
	[/masters/, '='],
	[/slaves/, '='],
	[/private key/, '='],
];

test('the same questions lead to the same cluster', async () => {
	const {wizard, calls} = start();
	const {prompts, asked, said} = scripted([
		[/Where are the hosts/, '='],
		[/Which instances/, '='],
		[/masters/, '='],
		[/slaves/, '='],
		[/private key/, '='],
		[/settings/, 'Yes'],
		[/ready/, 'Go on'],
		[/Install/, 'Install'],
		[/The cluster works/, 'Open Marathon'],
		[/The cluster works/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(asked).toHaveLength(10);
	expect(wizard.getState().exit).toEqual({code: 0});
	expect(said.join('\n')).toContain('3 masters: survives 1 failure');
	expect(said.join('\n')).toContain('Opened http://203.0.113.11:8080/');
	const [, subject] = calls.find(([name]) => name === 'apply') as unknown as [
		string,
		{cluster: {hosts: {role: string}[]}},
	];
	expect(subject.cluster.hosts.map(({role}) => role)).toEqual([
		'master',
		'master',
		'master',
		'slave',
		'slave',
		'slave',
	]);
});

test('back, and a wrong turn on the way, lose nothing', async () => {
	const {wizard} = start({
		checkKey: async path =>
			path === '/right.pem'
				? {path, description: 'RSA', match: undefined}
				: {problem: {cause: `${path} is no key.`, fix: 'Name another.'}},
	});
	const {prompts, said} = scripted([
		[/Where/, 'Look elsewhere'],
		[/profile/, 'Back'],
		[/Where/, 'Find'],
		[/Which instances/, [0, 1]],
		[/masters/, back],
		[/Which instances/, '='],
		[/masters/, [0]],
		[/slaves/, '='],
		[/private key/, '/wrong.pem'],
		[/private key/, '/right.pem'],
		[/settings/, 'Cluster name'],
		[/Cluster name/, 'prod 1'],
		[/settings/, 'Yes'],
		[/settings/, 'Cluster name'],
		[/Cluster name/, 'prod-1'],
		[/settings/, 'Yes'],
		[/ready/, 'Back'],
		[/settings/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(said.join('\n')).toContain('/wrong.pem is no key.');
	expect(said.join('\n')).toContain('cannot name a cluster');
	expect(wizard.getState().settings.values.name).toBe('prod-1');
	expect(wizard.getState().instances.chosen).toHaveLength(2);
});

test('a bundle is asked for again until there is one, and may be left out', async () => {
	const findBundle = async (path: string) => {
		if (path === 'prod-bundle') return path;
		throw new SetupError({cause: `the bundle ${path} does not exist.`, fix: 'Make it.', exitCode: 2});
	};
	const {wizard} = start({findBundle}, {});
	const {prompts, said} = scripted([
		...untilSettings,
		[/settings/, 'Bundle'],
		[/Bundle/, 'prod'],
		[/Bundle/, back],
		[/settings/, 'Bundle'],
		[/Bundle/, 'prod-bundle'],
		[/settings/, 'Yes'],
		[/ready/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(said.join('\n')).toContain('! the bundle prod does not exist. Make it.');
	expect(wizard.getState().settings.values.sources).toEqual({kind: 'bundle', path: 'prod-bundle'});
});

test('the rule a security group lacks is shown and asked for', async () => {
	const rule = {group: 'sg-1', ports: [{first: 2181, last: 2181}]};
	const examine = async (...[, listener, , adding]: Parameters<Services['examine']>) => {
		if (adding) return undefined;
		listener({event: 'check', check: 'inbound rules of sg-1', status: 'failed', detail: 'let no TCP 2181 in.'});
		return rule;
	};
	const {wizard, calls} = start({examine});
	const {prompts, said} = scripted([
		...untilSettings,
		[/settings/, 'Yes'],
		[/1 problem/, 'Add the missing rule'],
		[/Add this rule\?/, back],
		[/1 problem/, 'Add the missing rule'],
		[/Add this rule\?/, 'Yes'],
		[/ready/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(said).toContain('Security group sg-1 gets an inbound rule: TCP 2181, source sg-1 itself.');
	expect(calls.filter(([name]) => name === 'examine').map(call => call[4])).toEqual([undefined, rule]);
});

test('a reboot is asked for by name, and nothing is planned before the answer', async () => {
	const asked: unknown[] = [];
	const plan = async ({reboot}: {reboot?: boolean | undefined}) => {
		asked.push(reboot);
		return ['slave-1', 'slave-3'];
	};
	const {wizard} = start({plan});
	const {prompts, said} = scripted([
		...untilSettings,
		[/settings/, 'Yes'],
		[/ready/, 'Go on'],
		[/May hosts be rebooted\?/, 'Yes'],
		[/Nothing is to be changed/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(asked).toEqual([undefined, true]);
	expect(said.join('\n')).toMatch(/slave-1, slave-3: this Mesos runs Docker tasks only on hosts booted with cgroup v1/);
});

test('an Arm instance as master is questioned once', async () => {
	const arm = candidate('arm-1', 7, {arch: 'arm64'});
	const {wizard} = start({discover: async () => [...six, arm]}, {});
	const {prompts, said} = scripted([
		[/Where/, '='],
		[/Which instances/, [0, 6]],
		[/masters/, [1]],
		[/slaves/, '='],
		[/masters/, '='],
		[/slaves/, '='],
		[/private key/, back],
		[/masters/, [0]],
		[/slaves/, '='],
		[/private key/, '='],
		[/settings/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(said.join('\n')).toMatch(/! arm-1 has an Arm processor, .* Enter again goes on all the same/);
});

test('a known cluster grows by typed addresses', async () => {
	const {wizard, calls} = start({lookAround: async () => ({profiles: [], clusters: [prod], agentKeys: 0})});
	const {prompts} = scripted([
		[/do with prod/, 'Add slaves by address'],
		[/Host 1/, '10.0.1.50'],
		[/Host 2/, ''],
		[/ready/, 'Go on'],
		[/Add this/, 'Add'],
		[/works/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	const [, subject] = calls.find(([name]) => name === 'apply') as unknown as [string, {limit: string[]}];
	expect(subject.limit).toEqual(['slave-2']);
});

test('a passphrase that is needed in between', async () => {
	const heard: string[] = [];
	const {wizard} = start({
		examine: async (_subject, _listener, {askPassphrase}) => {
			heard.push(await askPassphrase('/k.pem'));
		},
	});
	const {prompts} = scripted([
		...untilSettings,
		[/settings/, 'Yes'],
		[/Passphrase of \/k\.pem/, 'sesame'],
		[/ready/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(heard).toEqual(['sesame']);
});

test('what kept a run from beginning is said before the next question', async () => {
	const away = async () => {
		throw new SetupError({host: 'bastion', cause: 'does not let us in.', fix: 'Name the key.', exitCode: 1});
	};
	const {wizard} = start({examine: away, plan: away});
	const {prompts, said} = scripted([
		[/Where are the hosts/, '='],
		[/Which instances/, '='],
		[/masters/, '='],
		[/slaves/, '='],
		[/private key/, '='],
		[/settings/, 'Yes'],
		[/1 problem/, 'Go on'],
		[/Not every host could be compared/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(said.filter(line => line === '! bastion: does not let us in. Name the key.')).toHaveLength(2);
});

test("a publisher's checksum is proposed and taken with Enter", async () => {
	const {wizard} = start({}, {});
	const {prompts, said} = scripted([
		...untilSettings,
		[/settings/, 'Yes'],
		[/settings/, 'ZooKeeper'],
		[/Where does zookeeper/, 'archive'],
		[/as its publisher says now; Enter pins it/, '='],
		[/settings/, 'Quit'],
	]);
	await askInLines(wizard, prompts);
	expect(said.join('\n')).toContain('its publisher is asked for the checksum, and you confirm it');
	expect(wizard.getState().settings.values.sources.zookeeper).toMatchObject({sha512: 'c'.repeat(128)});
});
