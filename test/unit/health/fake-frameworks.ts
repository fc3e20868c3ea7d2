import type {Routes} from './fake-hosts.ts';
import type {Canned} from './recordings.ts';

function json(status: number, body: unknown): Canned {
	return {status, headers: {'content-type': 'application/json'}, body: JSON.stringify(body)};
}

type App = {id: string; constraints: string[][]; asked: number};

/** The parts of Marathon 1.11 that verify uses: apps, their tasks and deployments. A task runs from the second look on. */
export class FakeMarathon {
	readonly apps = new Map<string, App>();
	/** `PUT /mesos-setup-verify/slave-1`, `DELETE ...`, in order. */
	readonly orders: string[] = [];
	/** Those not finished, with how many more looks each takes. */
	readonly deployments = new Map<string, number>();
	/** Slaves whose tasks never run, with what happens instead. */
	readonly broken: Record<string, {tasks: object[]; lastTaskFailure?: object}> = {};
	/** Mesos's id of each slave's agent. */
	readonly #slaveIds: Record<string, string>;
	refuse: Canned | undefined;
	refuseGroup: Canned | undefined;
	onStart: ((id: string) => void) | undefined;

	constructor(slaveIds: Record<string, string>) {
		this.#slaveIds = slaveIds;
	}

	leave(id: string): void {
		this.apps.set(id, {id, constraints: [], asked: 0});
	}

	routes(leader: string): Routes {
		const put: Routes[string] = ({path, json: body}) => {
			if (this.refuse) return this.refuse;
			const id = path.slice('/v2/apps'.length);
			this.orders.push(`PUT ${id}`);
			this.apps.set(id, {...(body as {constraints: string[][]}), id, asked: 0});
			this.onStart?.(id);
			return json(201, {version: '2026-11-23T08:00:00.000Z', deploymentId: `start ${id}`});
		};
		const get: Routes[string] = ({path}) => {
			const app = this.apps.get(path.slice('/v2/apps'.length));
			if (!app) return json(404, {message: 'App does not exist'});
			app.asked += 1;
			const slave = app.constraints.find(([field]) => field === 'id')?.[2] ?? '';
			const broken = this.broken[slave];
			if (broken) return json(200, {app: {id: app.id, ...broken}});
			const state = app.asked > 1 ? 'TASK_RUNNING' : 'TASK_STAGING';
			const tasks = [{id: `${app.id}.1`, state, host: slave, slaveId: this.#slaveIds[slave]}];
			return json(200, {app: {id: app.id, tasks}});
		};
		const remove: Routes[string] = ({path}) => {
			const id = path.slice('/v2/apps'.length);
			this.orders.push(`DELETE ${id}`);
			if (!this.apps.delete(id)) return json(404, {message: 'App does not exist'});
			this.deployments.set(`end ${id}`, 2);
			return json(200, {version: '2026-11-23T08:00:01.000Z', deploymentId: `end ${id}`});
		};
		return {
			'GET /ping': {status: 200, body: 'pong'},
			'GET /v2/leader': json(200, {leader: `${leader}:8080`}),
			'GET /v2/info': json(200, {version: '1.11.24', elected: true, frameworkId: 'marathon-id'}),
			'GET /v2/apps': ({query}) =>
				json(200, {apps: [...this.apps.values()].filter(({id}) => id.includes(query.get('id') ?? ''))}),
			'PUT /v2/apps/mesos-setup-verify/*': put,
			'GET /v2/apps/mesos-setup-verify/*': get,
			'DELETE /v2/apps/mesos-setup-verify/*': remove,
			'DELETE /v2/groups/*': ({path}) => {
				this.orders.push(`DELETE group ${path.slice('/v2/groups'.length)}`);
				return this.refuseGroup ?? json(200, {deploymentId: 'end group'});
			},
			// A deployment takes a few looks, and only then are the tasks of a removed app gone.
			'GET /v2/deployments': () => {
				for (const [id, left] of this.deployments) {
					if (left === 0) this.deployments.delete(id);
					else this.deployments.set(id, left - 1);
				}
				return json(
					200,
					[...this.deployments.keys()].map(id => ({id})),
				);
			},
		};
	}
}

type Job = {name: string; successCount: number; errorCount: number};

/** The parts of Chronos 3 that verify uses. A job that is started has ended at the second look. */
export class FakeChronos {
	readonly jobs = new Map<string, Job & {started: boolean; asked: number}>();
	readonly orders: string[] = [];
	fails = false;

	leave(name: string): void {
		this.jobs.set(name, {name, successCount: 0, errorCount: 0, started: false, asked: 0});
	}

	routes(leader: string): Routes {
		return {
			'GET /ping': {status: 200, body: 'pong'},
			'GET /leader': json(200, {leader: `${leader}:8081`}),
			'GET /v1/scheduler/jobs': () => {
				for (const job of this.jobs.values()) {
					if (!job.started || job.asked++ === 0) continue;
					job[this.fails ? 'errorCount' : 'successCount'] = 1;
				}
				return json(200, [...this.jobs.values()]);
			},
			'POST /v1/scheduler/iso8601': ({json: body}) => {
				const {name} = body as {name: string};
				this.orders.push(`POST ${name}`);
				this.leave(name);
				return {status: 204};
			},
			'PUT /v1/scheduler/job/*': ({path}) => {
				const job = this.jobs.get(path.split('/').at(-1) ?? '');
				if (!job) return {status: 400, body: 'Job not found'};
				this.orders.push(`PUT ${job.name}`);
				job.started = true;
				return {status: 204};
			},
			'DELETE /v1/scheduler/job/*': ({path}) => {
				const name = path.split('/').at(-1) ?? '';
				this.orders.push(`DELETE ${name}`);
				return this.jobs.delete(name) ? {status: 204} : {status: 400, body: `Job '${name}' not found`};
			},
		};
	}
}
