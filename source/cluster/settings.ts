import {z} from 'zod';
import {toClusterInput} from './format-cluster.ts';
import type {Cluster} from './model.ts';
import {clusterSchema} from './schema.ts';

/** Where masters carry the settings they were installed with; only root reads it, for addresses of sources may hold passwords. */
export const settingsPath = '/var/lib/mesos-setup/settings.json';

const {sources, mesos, frameworks, images, hosts} = clusterSchema.shape;
const settingsSchema = z.object({
	...{sources, mesos, frameworks, images},
	hosts: z.record(z.string(), hosts.element.shape.mesos).default({}),
});

/** A description without what the table of hosts tells already, and without how and how patiently this computer reaches them. */
export type Settings = z.infer<typeof settingsSchema>;

/** The settings of a cluster as its masters carry them, what is default left out. */
export function formatSettings({name, ssh, hosts, mesos, frameworks, sources, images, timeouts}: Cluster): string {
	const input = toClusterInput({name, ssh, hosts, mesos, frameworks, sources, images, timeouts});
	const own = input.hosts.flatMap(host => (host.mesos ? [[host.name, host.mesos] as const] : []));
	const settings = {
		sources: input.sources,
		mesos: input.mesos,
		frameworks: input.frameworks,
		images: input.images,
		hosts: own.length > 0 ? Object.fromEntries(own) : undefined,
	};
	return `${JSON.stringify(settings, null, '\t')}\n`;
}

/** The settings a master carries; undefined for a text that holds none. */
export function parseSettings(text: string): Settings | undefined {
	try {
		return settingsSchema.parse(JSON.parse(text));
	} catch {
		return undefined;
	}
}
