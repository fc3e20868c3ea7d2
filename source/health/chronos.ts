import {z} from 'zod';
import type {Cluster, Host} from '../cluster/model.ts';
import {askElected} from './elected.ts';
import {askHttp, type HttpQuestion, parseAnswer, statusReason} from './http.ts';
import {ports} from './members.ts';
import type {Opinion} from './opinion.ts';
import type {Reach} from './reach.ts';

/** Whom one Chronos takes for the leader; it also has to answer /ping. Never rejects. */
export function askChronos(host: Host, cluster: Cluster, reach: Reach): Promise<Opinion> {
	return askElected(host, ports.chronos, '/leader', cluster, reach);
}

const jobsSchema = z.array(
	z.object({name: z.string(), successCount: z.number().default(0), errorCount: z.number().default(0)}),
);
export type ChronosJob = z.infer<typeof jobsSchema>[number];

/** Rejects with a reason. */
export async function askJob(hostName: string, name: string, reach: Reach): Promise<ChronosJob | undefined> {
	const jobs = parseAnswer(await askHttp(reach, hostName, ports.chronos, {path: '/v1/scheduler/jobs'}), jobsSchema);
	return jobs.find(job => job.name === name);
}

/** Adds a job that its schedule never starts by itself. Rejects with what Chronos has against it. */
export async function addIdleJob(hostName: string, name: string, command: string, reach: Reach): Promise<void> {
	const json = {
		name,
		command,
		schedule: 'R1/2099-01-01T00:00:00.000Z/PT24H',
		epsilon: 'PT5M',
		owner: '',
		async: false,
		retries: 0,
		cpus: 0.05,
		mem: 32,
		disk: 0,
	};
	await order(hostName, {method: 'POST', path: '/v1/scheduler/iso8601', json}, reach);
}

/** Starts a job now, whatever its schedule. Rejects with a reason. */
export async function runJob(hostName: string, name: string, reach: Reach): Promise<void> {
	await order(hostName, {method: 'PUT', path: `/v1/scheduler/job/${encodeURIComponent(name)}`}, reach);
}

/** Removes a job. Rejects with a reason, also when there is none of that name. */
export async function deleteJob(hostName: string, name: string, reach: Reach): Promise<void> {
	await order(hostName, {method: 'DELETE', path: `/v1/scheduler/job/${encodeURIComponent(name)}`}, reach);
}

async function order(hostName: string, question: HttpQuestion, reach: Reach): Promise<void> {
	const answer = await askHttp(reach, hostName, ports.chronos, question);
	if (answer.status < 200 || answer.status > 299) throw new Error(statusReason(answer));
}
