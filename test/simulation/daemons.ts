import {createServer, type Server} from 'node:http';
import type {Duplex} from 'node:stream';
import {text} from 'node:stream/consumers';
import {FakeChronos, FakeMarathon} from '../unit/health/fake-frameworks.ts';
import type {Question, Routes} from '../unit/health/fake-hosts.ts';
import {type Canned, recorded, recordedAgent, recordedMaster, recordedSrvr} from '../unit/health/recordings.ts';
import type {SimulatedHost} from './host.ts';

type Role = 'zookeeper' | 'mesos-master' | 'mesos-agent' | 'marathon' | 'chronos';

const units: Record<number, Role> = {
	2181: 'zookeeper',
	5050: 'mesos-master',
	5051: 'mesos-agent',
	8080: 'marathon',
	8081: 'chronos',
};

function json(body: unknown): Canned {
	return {status: 200, headers: {'content-type': 'application/json'}, body: JSON.stringify(body)};
}

/** A recorded answer with parts of its body replaced. */
function edited(answer: Canned, edit: (body: Record<string, unknown>) => object): Canned {
	const body = JSON.parse(answer.body ?? '{}') as Record<string, unknown>;
	return {...answer, body: JSON.stringify({...body, ...edit(body)})};
}

const page = (title: string, detail: string): Canned => ({
	status: 200,
	headers: {'content-type': 'text/html; charset=utf-8'},
	body: `<!doctype html><title>${title} (SIMULATED)</title><h1>${title}</h1><p><b>SIMULATED</b>: ${detail} No such daemon runs anywhere.`,
});

/** What the daemons of a simulated fleet answer, from what their hosts were told to run; shaped as the real ones' were recorded. */
export class Daemons {
	readonly #fleet: readonly SimulatedHost[];
	readonly #pace: number;
	/** Mesos's id of each registered slave's agent. */
	readonly #agentIds: Record<string, string> = {};
	readonly #marathon = new FakeMarathon(this.#agentIds);
	readonly #chronos = new FakeChronos();
	readonly #http: Server;
	readonly #served = new WeakMap<Duplex, {host: SimulatedHost; role: Role}>();

	/** @param pace what the time they need to find each other is multiplied with */
	constructor(fleet: readonly SimulatedHost[], pace: number) {
		this.#fleet = fleet;
		this.#pace = pace;
		this.#http = createServer(async (request, response) => {
			const served = this.#served.get(request.socket);
			const body = await text(request);
			const {pathname, searchParams} = new URL(request.url ?? '/', 'http://simulated');
			const question = {
				method: request.method ?? '',
				path: pathname,
				query: searchParams,
				json: body && JSON.parse(body),
			};
			const answer = served ? this.#answer(served.host, served.role, question) : {status: 404};
			response.writeHead(answer.status, {...answer.headers, connection: 'close'}).end(answer.body ?? '');
		});
	}

	/** Whether something listens on that port of the host. */
	listens(host: SimulatedHost, port: number): boolean {
		const role = units[port];
		return role !== undefined && host.isRunning(role);
	}

	/** Takes a connection to a port that listens. */
	connect(host: SimulatedHost, port: number, stream: Duplex): void {
		stream.on('error', () => {});
		const role = units[port];
		if (role === undefined) stream.destroy();
		else if (role === 'zookeeper') stream.once('data', () => stream.end(recordedSrvr(this.#zookeeper(host))));
		else {
			this.#served.set(stream, {host, role});
			this.#http.emit('connection', stream);
		}
	}

	/** Those that run a daemon for long enough to have found the others, `settling` ms. */
	#running(role: Role, settling: number): SimulatedHost[] {
		const now = performance.now();
		const since = (host: SimulatedHost) => host.units.get(role) ?? Number.POSITIVE_INFINITY;
		return this.#fleet.filter(host => now - since(host) >= settling * this.#pace).sort((a, b) => since(a) - since(b));
	}

	/** The ensemble's members as one of their zoo.cfg lists them. */
	#masters(): number {
		const config = this.#fleet.map(host => host.files.get('/etc/zookeeper/conf/zoo.cfg')).find(Boolean) ?? '';
		return Math.max(1, [...config.matchAll(/^server\./gm)].length);
	}

	/** Serving members, the leader last: it has the highest number. */
	#ensemble(): SimulatedHost[] {
		const members = this.#running('zookeeper', 1500).sort((a, b) => a.index - b.index);
		return members.length * 2 > this.#masters() ? members : [];
	}

	#zookeeper(host: SimulatedHost): Parameters<typeof recordedSrvr>[0] {
		const serving = this.#ensemble();
		if (!serving.includes(host)) return 'no-quorum';
		if (this.#masters() === 1) return 'standalone';
		return serving.at(-1) === host ? 'leader' : 'follower';
	}

	#leader(role: 'mesos-master' | 'marathon' | 'chronos'): SimulatedHost | undefined {
		if (this.#ensemble().length === 0) return undefined;
		const running = this.#running(role, 1800);
		if (role !== 'mesos-master') return this.#leader('mesos-master') && running[0];
		return running.length * 2 > this.#masters() ? running[0] : undefined;
	}

	#slaves(): {host: SimulatedHost; id: string; entry: object}[] {
		if (!this.#leader('mesos-master')) return [];
		const template = JSON.parse(recorded('master-leader', 'api-v1.GET_AGENTS').body ?? '').get_agents.agents[0];
		return this.#running('mesos-agent', 2200).map((host, i) => {
			const name = host.name ?? host.hostname;
			this.#agentIds[name] ??= `${template.agent_info.id.value.slice(0, -1)}${i}`;
			const id = this.#agentIds[name];
			const attributes = (host.files.get('/etc/mesos-agent/attributes') ?? '').trim().split(';').filter(Boolean);
			const ranges = (host.files.get('/etc/mesos-agent/resources') ?? '').matchAll(/(\d+)-(\d+)/g);
			const range = [...ranges].map(([, begin, end]) => ({begin: Number(begin), end: Number(end)}));
			const ports = {name: 'ports', type: 'RANGES', ranges: {range}, role: '*'};
			const others = template.total_resources.filter((one: {name: string}) => one.name !== 'ports');
			const info = {
				...template.agent_info,
				hostname: name,
				id: {value: id},
				attributes: attributes.map(text => ({
					name: text.slice(0, text.indexOf(':')),
					type: 'TEXT',
					text: {value: text.slice(text.indexOf(':') + 1)},
				})),
			};
			const pid = `slave(1)@${host.ip}:5051`;
			return {host, id, entry: {...template, agent_info: info, pid, total_resources: [...others, ports]}};
		});
	}

	#answer(host: SimulatedHost, role: Role, question: Question): Canned {
		const {method, path} = question;
		const routes = this.#routes(host, role);
		const {type} = (question.json || {}) as {type?: string};
		const call = type === undefined ? '' : ` ${type}`;
		const folder = path.slice(0, path.lastIndexOf('/'));
		const route = routes[`${method} ${path}${call}`] ?? routes[`${method} ${path}`] ?? routes[`${method} ${folder}/*`];
		return (typeof route === 'function' ? route(question) : route) ?? {status: 404};
	}

	#routes(host: SimulatedHost, role: Role): Routes {
		if (role === 'mesos-master') return this.#master(host);
		if (role === 'mesos-agent') return this.#agent(host);
		const leader = this.#leader(role === 'marathon' ? 'marathon' : 'chronos')?.name;
		const front = page(role === 'marathon' ? 'Marathon' : 'Chronos', `${leader ?? 'nobody'} leads.`);
		if (role === 'marathon') {
			const routes = this.#marathon.routes(leader ?? '');
			return leader ? {...routes, 'GET /': front} : {'GET /ping': routes['GET /ping'] ?? front};
		}
		const routes = this.#chronos.routes(leader ?? '');
		return leader ? {...routes, 'GET /': front} : {'GET /ping': routes['GET /ping'] ?? front};
	}

	#master(host: SimulatedHost): Routes {
		const leader = this.#leader('mesos-master');
		if (!leader) return recordedMaster('master-no-leader');
		const recordings = recordedMaster(leader === host ? 'master-leader' : 'master-follower');
		const flag = (name: string) => host.files.get(`/etc/mesos-master/${name}`)?.trim();
		const slaves = this.#slaves();
		const registered = (['marathon', 'chronos'] as const).filter(name => this.#leader(name));
		const frameworks = registered.map(name => ({id: `${name}-id`, name, active: true, connected: true}));
		return {
			...recordings,
			'GET /': page('Mesos', `${leader.name} leads ${slaves.length} slaves.`),
			'GET /redirect': {...recorded('master-leader', 'redirect'), headers: {location: `//${leader.name}:5050`}},
			'GET /flags': edited(recorded('master-leader', 'flags'), ({flags}) => ({
				flags: {...(flags as object), quorum: flag('quorum'), cluster: flag('cluster')},
			})),
			'GET /metrics/snapshot': edited(recorded('master-leader', 'metrics.snapshot'), () => ({
				'registrar/log/ensemble_size': this.#masters(),
				'registrar/log/recovered': 1,
			})),
			'GET /frameworks': json({frameworks}),
			'POST /api/v1 GET_HEALTH': recorded('master-leader', 'api-v1.GET_HEALTH'),
			'POST /api/v1 GET_AGENTS': json({type: 'GET_AGENTS', get_agents: {agents: slaves.map(({entry}) => entry)}}),
		};
	}

	#agent(host: SimulatedHost): Routes {
		const own = this.#slaves().find(slave => slave.host === host);
		if (!own) return recordedAgent('agent-not-registered');
		const routes = recordedAgent('agent-registered');
		return {...routes, 'GET /state': edited(recorded('agent-registered', 'state'), () => ({id: own.id}))};
	}
}
