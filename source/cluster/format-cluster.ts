import {isDeepStrictEqual} from 'node:util';
import {Document, isMap, isSeq, visit} from 'yaml';
import {formatDuration} from './duration.ts';
import {escapeActing, isActing} from './harmless.ts';
import type {Cluster, Host} from './model.ts';
import {type ClusterInput, clusterSchema} from './schema.ts';

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` without what equals `defaults`; undefined when nothing is left. */
function beyondDefaults(value: unknown, defaults: unknown): unknown {
	if (isDeepStrictEqual(value, defaults)) return undefined;
	if (!isObject(value)) return value;
	const entries = Object.entries(value)
		.map(([key, item]) => [key, beyondDefaults(item, isObject(defaults) ? defaults[key] : undefined)] as const)
		.filter(([, item]) => item !== undefined);
	return Object.fromEntries(entries);
}

const exampleHost = {name: 'a', role: 'master', address: 'a', private_ip: '10.0.0.1'} as const;

/** The cluster in the form of its file, what is default left out. */
export function toClusterInput({name, hosts, timeouts, ...rest}: Cluster): ClusterInput {
	const {
		hosts: defaultHosts,
		timeouts: defaultTimeouts,
		...defaults
	} = clusterSchema.parse({name, hosts: [exampleHost]});
	const times = Object.entries(timeouts)
		.filter(([key, time]) => time !== defaultTimeouts[key as keyof Cluster['timeouts']])
		.map(([key, time]) => [key, formatDuration(time)] as const);
	const input: ClusterInput = {
		name,
		...(beyondDefaults(rest, defaults) as Partial<ClusterInput> | undefined),
		hosts: hosts.map(host => {
			const {mesos, ...plain} = host;
			const own = beyondDefaults(mesos, defaultHosts[0]?.mesos) as Partial<Host['mesos']> | undefined;
			return {...(beyondDefaults(plain, {}) as typeof plain), ...(own === undefined ? {} : {mesos: own})};
		}),
		...(times.length === 0 ? {} : {timeouts: Object.fromEntries(times)}),
	};
	const order = Object.keys(clusterSchema.shape);
	const entries = Object.entries(input).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
	return Object.fromEntries(entries) as ClusterInput;
}

/** The cluster file of `cluster`, one line a host; `parseClusterFile` gives the same cluster back. */
export function formatCluster(cluster: Cluster): string {
	const document = new Document(toClusterInput(cluster));
	const hosts = document.get('hosts');
	if (isSeq(hosts)) {
		for (const host of hosts.items) if (isMap(host)) host.flow = true;
	}
	visit(document, {
		Scalar(_, node) {
			if (typeof node.value === 'string' && isActing(node.value)) node.type = 'QUOTE_DOUBLE';
		},
	});
	return escapeActing(document.toString({lineWidth: 0, flowCollectionPadding: false}));
}
