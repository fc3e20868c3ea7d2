import type {Cluster} from '../../../source/cluster/model.ts';
import {FakeChronos, FakeMarathon} from './fake-frameworks.ts';
import {FakeHosts, type Routes} from './fake-hosts.ts';
import {type Canned, recorded, recordedAgent, recordedMaster} from './recordings.ts';
import {testCluster} from './test-cluster.ts';

type RecordedAgents = {
	get_agents: {agents: {agent_info: {hostname: string; id: {value: string}; attributes: object[]}; pid: string}[]};
};

const idOf = (slave: number) => `7f45edf8-e0c6-407d-81e6-c0f9ca7460df-S${slave - 1}`;

/** The leader's recorded list, with an entry like the recorded one for each number. */
export function agentsAnswer(slaves: number[], edit: (text: string) => string = text => text): Canned {
	const answer = recorded('master-leader', 'api-v1.GET_AGENTS');
	const {get_agents} = JSON.parse(answer.body ?? '') as RecordedAgents;
	const text = JSON.stringify(get_agents.agents[0]);
	const agents = slaves.map(slave =>
		JSON.parse(
			text
				.replaceAll('agent-1', `agent-${slave}`)
				.replaceAll('slave-1', `slave-${slave}`)
				.replaceAll('127.0.0.11', `127.0.0.1${slave}`)
				.replaceAll(idOf(1), idOf(slave)),
		),
	);
	return {...answer, body: edit(JSON.stringify({type: 'GET_AGENTS', get_agents: {agents}}))};
}

export const frameworks = {
	status: 200,
	headers: {'content-type': 'application/json'},
	body: JSON.stringify({
		frameworks: [
			{id: 'marathon-id', name: 'marathon', active: true, connected: true},
			{id: 'chronos-id', name: 'chronos', active: true, connected: true},
		],
	}),
};

/** Three masters and slaves in perfect health; `master-2` leads Mesos, `master-1` Marathon, `master-3` Chronos. */
export class WholeCluster {
	readonly cluster: Cluster;
	readonly hosts = new FakeHosts();
	readonly marathon: FakeMarathon;
	readonly chronos = new FakeChronos();
	readonly #slaves: number;

	constructor(slaves = 2) {
		this.#slaves = slaves;
		this.cluster = testCluster(3, slaves);
		const numbers = Array.from({length: slaves}, (_, index) => index + 1);
		this.marathon = new FakeMarathon(Object.fromEntries(numbers.map(slave => [`slave-${slave}`, idOf(slave)])));
	}

	async start(): Promise<void> {
		await this.hosts.zookeeper('master-1', 'leader');
		await this.hosts.zookeeper('master-2', 'follower');
		await this.hosts.zookeeper('master-3', 'follower');
		await this.hosts.http('master-1', 5050, recordedMaster('master-follower'));
		await this.hosts.http('master-3', 5050, recordedMaster('master-follower'));
		await this.lead();
		for (const master of ['master-1', 'master-2', 'master-3']) {
			await this.hosts.http(master, 8080, this.marathon.routes('master-1'));
			await this.hosts.http(master, 8081, this.chronos.routes('master-3'));
		}
		for (let slave = 1; slave <= this.#slaves; slave += 1) {
			await this.hosts.http(`slave-${slave}`, 5051, recordedAgent('agent-registered'));
		}
	}

	/** Replaces what the leading master answers. */
	async lead(routes: Routes = {}): Promise<void> {
		const numbers = Array.from({length: this.#slaves}, (_, index) => index + 1);
		await this.hosts.http('master-2', 5050, {
			...recordedMaster('master-leader'),
			'GET /frameworks': frameworks,
			'POST /api/v1 GET_AGENTS': agentsAnswer(numbers),
			...routes,
		});
	}
}
