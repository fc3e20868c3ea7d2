import {z} from 'zod';
import type {Cluster, Host} from '../cluster/model.ts';
import {askElected} from './elected.ts';
import {askHttp, parseAnswer, statusReason} from './http.ts';
import {ports} from './members.ts';
import type {Opinion} from './opinion.ts';
import type {Reach} from './reach.ts';

/** Whom one Marathon takes for the leader; it also has to answer /ping. Never rejects. */
export function askMarathon(host: Host, cluster: Cluster, reach: Reach): Promise<Opinion> {
	return askElected(host, ports.marathon, '/v2/leader', cluster, reach);
}

const infoSchema = z.object({version: z.string().optional(), frameworkId: z.string().nullish()});

/** Version and the id Mesos gave this Marathon, undefined until it is registered. Rejects with a reason. */
export async function askMarathonInfo(
	hostName: string,
	reach: Reach,
): Promise<{version: string | undefined; frameworkId: string | undefined}> {
	const info = parseAnswer(await askHttp(reach, hostName, ports.marathon, {path: '/v2/info'}), infoSchema);
	return {version: info.version, frameworkId: info.frameworkId || undefined};
}

const appsSchema = z.object({apps: z.array(z.object({id: z.string()}))});
const appSchema = z.object({
	app: z.object({
		tasks: z
			.array(z.object({state: z.string().optional(), host: z.string().optional(), slaveId: z.string().nullish()}))
			.default([]),
		lastTaskFailure: z.object({state: z.string().optional(), message: z.string().optional()}).nullish(),
	}),
});
export type MarathonApp = z.infer<typeof appSchema>['app'];
const deploymentSchema = z.object({deploymentId: z.string()});

/** Ids of all apps below a path, `/folder/`. Rejects with a reason. */
export async function listApps(hostName: string, below: string, reach: Reach): Promise<string[]> {
	const path = `/v2/apps?id=${encodeURIComponent(below)}`;
	const {apps} = parseAnswer(await askHttp(reach, hostName, ports.marathon, {path}), appsSchema);
	// Marathon finds the text anywhere in an id.
	return apps.map(({id}) => id).filter(id => id.startsWith(below));
}

/** Creates or replaces an app. Rejects with what Marathon has against it. */
export async function putApp(hostName: string, id: string, app: object, reach: Reach): Promise<void> {
	const question = {method: 'PUT', path: `/v2/apps${id}?force=true`, json: {id, ...app}} as const;
	const answer = await askHttp(reach, hostName, ports.marathon, question);
	if (answer.status !== 200 && answer.status !== 201) throw new Error(statusReason(answer));
}

/** An app with its tasks; undefined when there is none of that id. Rejects with a reason. */
export async function askApp(hostName: string, id: string, reach: Reach): Promise<MarathonApp | undefined> {
	const path = `/v2/apps${id}?embed=app.tasks&embed=app.lastTaskFailure`;
	const answer = await askHttp(reach, hostName, ports.marathon, {path});
	return answer.status === 404 ? undefined : parseAnswer(answer, appSchema).app;
}

/** Removes an app whatever it is doing; the deployment that ends its tasks, undefined when it was not there. */
export async function deleteApp(hostName: string, id: string, reach: Reach): Promise<string | undefined> {
	const question = {method: 'DELETE', path: `/v2/apps${id}?force=true`} as const;
	const answer = await askHttp(reach, hostName, ports.marathon, question);
	return answer.status === 404 ? undefined : parseAnswer(answer, deploymentSchema).deploymentId;
}

/** Ids of the deployments that are not finished. Rejects with a reason. */
export async function askDeployments(hostName: string, reach: Reach): Promise<string[]> {
	const answer = await askHttp(reach, hostName, ports.marathon, {path: '/v2/deployments'});
	return parseAnswer(answer, z.array(z.object({id: z.string()}))).map(({id}) => id);
}

/** Removes a group and all in it; a group outlives its last app. Rejects with a reason, not when there is none. */
export async function deleteGroup(hostName: string, id: string, reach: Reach): Promise<void> {
	const question = {method: 'DELETE', path: `/v2/groups${id}?force=true`} as const;
	const answer = await askHttp(reach, hostName, ports.marathon, question);
	if (answer.status !== 200 && answer.status !== 404) throw new Error(statusReason(answer));
}
