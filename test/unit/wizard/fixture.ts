import {type Defaults, parseClusterFile} from '../../../source/cluster/cluster-file.ts';
import type {Candidate} from '../../../source/discovery/candidate.ts';
import type {Listener} from '../../../source/pipeline/events.ts';
import {initialState} from '../../../source/wizard/initial-state.ts';
import type {Key} from '../../../source/wizard/keys.ts';
import type {Services} from '../../../source/wizard/services.ts';
import type {KnownCluster} from '../../../source/wizard/state.ts';
import {createWizard, type Wizard} from '../../../source/wizard/wizard.ts';

export function candidate(name: string, index: number, more: Partial<Candidate> = {}): Candidate {
	return {
		id: `i-0000000000000000${index}`,
		name,
		type: 'm5.large',
		region: 'eu-west-1',
		zone: `eu-west-1${'abc'[index % 3]}`,
		vpc: 'vpc-1',
		subnet: 'subnet-1',
		private_ip: `10.0.1.${10 + index}`,
		public_ip: `203.0.113.${10 + index}`,
		system: 'Amazon Linux 2023',
		arch: 'x86_64',
		state: 'running',
		key_name: 'prod',
		launched: '2026-11-01T00:00:00Z',
		security_groups: ['sg-1'],
		spot: false,
		tags: {Name: name},
		...more,
	};
}

export const six: Candidate[] = ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2', 'slave-3'].map((name, i) =>
	candidate(name, i),
);
export const fleet: Candidate[] = [
	...six,
	candidate('windows', 7, {unsuitable: 'runs Windows', system: 'Windows'}),
	candidate('old', 8, {unsuitable: 'is stopped', state: 'stopped'}),
];

/** Sources that need no further answer. */
export const sources: NonNullable<Defaults['sources']> = {
	mesos: {
		kind: 'package',
		name: 'mesos',
		build: 'clusterd',
		repo: {id: 'own', baseurl: 'https://m.example', gpgkey: 'https://m.example/k'},
	},
	zookeeper: {kind: 'package', name: 'zookeeper'},
	marathon: {kind: 'image', ref: 'marathon:1', digest: `sha256:${'a'.repeat(64)}`},
	chronos: {kind: 'image', ref: 'chronos:1', digest: `sha256:${'b'.repeat(64)}`},
};

export const prod: KnownCluster = {
	name: 'prod',
	cluster: parseClusterFile(`
name: prod
region: eu-west-1
profile: default
ssh: {key: ~/.ssh/prod.pem}
hosts:
  - {name: master-1, role: master, address: 203.0.113.10, private_ip: 10.0.1.10, instance: i-00000000000000000}
  - {name: slave-1, role: slave, address: 203.0.113.13, private_ip: 10.0.1.13, instance: i-00000000000000003}
`),
	unfinished: false,
	installed: true,
	last_used: '2026-11-22T10:00:00.000Z',
};

export type Calls = [name: keyof Services, ...args: unknown[]][];

/** Services that answer at once, as a healthy world would; what they were asked is kept. */
export function fakeServices(more: Partial<Services> = {}): {services: Services; calls: Calls} {
	const calls: Calls = [];
	const ok = (host: string, check: string, listener: Listener) =>
		listener({event: 'check', host, check, status: 'ok', detail: `${check} is well`});
	const services: Services = {
		lookAround: async () => ({
			profiles: [{name: 'default', region: 'eu-west-1'}, {name: 'other'}],
			account: {profile: 'default', region: 'eu-west-1'},
			clusters: [],
			agentKeys: 0,
		}),
		listRegions: async () => ['eu-central-1', 'eu-west-1'],
		discover: async () => fleet,
		readClusterFile: async path => ({file: `/tmp/${path}`, cluster: prod.cluster, known: undefined}),
		findBundle: async path => `/abs/${path}`,
		publishedChecksum: async source => (source.kind === 'image' ? `sha256:${'d'.repeat(64)}` : 'c'.repeat(128)),
		proposeKeys: async () => ['~/.ssh/prod.pem'],
		completePath: async text => ({text: `${text}.pem`, choices: []}),
		checkKey: async path => ({
			path,
			description: 'RSA key',
			match: {verdict: 'same', detail: 'This is the key pair prod.'},
		}),
		protectKey: async () => {},
		examine: async ({cluster}, listener) => {
			for (const {name} of cluster.hosts) {
				listener({event: 'host', host: name, state: 'connecting'});
				listener({event: 'check', host: name, check: 'ssh', status: 'ok', detail: 'host key SHA256:abc'});
				ok(name, 'disk', listener);
				listener({event: 'host', host: name, state: 'finished'});
			}
			return undefined;
		},
		plan: async ({cluster, limit}, listener) => {
			for (const {name: host} of cluster.hosts) {
				if (limit.length > 0 && !limit.includes(host)) continue;
				listener({event: 'step', host, role: 'common', step: 'Time zone', status: 'ok', ms: 1});
				listener({
					event: 'step',
					host,
					role: 'zookeeper',
					step: '/etc/zookeeper/conf/zoo.cfg',
					status: 'would-change',
					ms: 1,
					diff: '--- /dev/null\n+++ zoo.cfg\n@@ -0,0 +1,1 @@\n+tickTime=2000',
				});
			}
			return [];
		},
		apply: async ({cluster}, listener) => {
			for (const {name: host} of cluster.hosts) {
				listener({event: 'step', host, role: 'docker', step: 'docker', status: 'changed', ms: 12_000});
			}
			listener({event: 'gate', gate: 'mesos-leader', status: 'ok', ms: 3000});
			return {failed: 0, changed: 6, ms: 42_000, stopped: false};
		},
		verify: async (_subject, _prove, listener) => {
			listener({event: 'check', check: 'mesos leader', status: 'ok', detail: 'master-2 leads'});
			const urls = (['Mesos', 'Marathon', 'Chronos'] as const).map((name, i) => ({
				name,
				host: 'master-2',
				url: `http://203.0.113.11:${[5050, 8080, 8081][i]}/`,
			}));
			return {urls, ms: 5000};
		},
		openPage: async (_subject, {url}) => `Opened ${url}`,
		saveClusterFile: async path => `Saved as /tmp/${path}.`,
		forget: async () => {},
		...more,
	};
	const watched = Object.fromEntries(
		Object.entries(services).map(([name, method]) => [
			name,
			(...args: unknown[]) => {
				calls.push([name as keyof Services, ...args]);
				return (method as (...args: unknown[]) => unknown)(...args);
			},
		]),
	);
	return {services: watched as unknown as Services, calls};
}

export function start(more: Partial<Services> = {}, defaults: Defaults = {sources}): {wizard: Wizard; calls: Calls} {
	const {services, calls} = fakeServices(more);
	const errors: unknown[] = [];
	return {wizard: createWizard(initialState(defaults), services, error => errors.push(error)), calls};
}

const names: Record<string, Key['name']> = {
	Enter: 'enter',
	Esc: 'escape',
	Up: 'up',
	Down: 'down',
	Left: 'left',
	Right: 'right',
	Tab: 'tab',
	Backspace: 'backspace',
	PageDown: 'pageDown',
	End: 'end',
};

/** A key by its name, `^X` with Ctrl, anything else is text. */
export function key(word: string): Key {
	const name = names[word];
	if (name) return {name, text: '', ctrl: false};
	if (/^\^[a-z]$/i.test(word)) return {name: 'text', text: word.slice(1), ctrl: true};
	return {name: 'text', text: word, ctrl: false};
}

/** Presses words separated by spaces; `Space` is the space bar. */
export function press(wizard: Wizard, ...words: string[]): void {
	for (const word of words) wizard.press(key(word === 'Space' ? ' ' : word));
}
