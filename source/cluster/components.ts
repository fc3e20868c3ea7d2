import type {Cluster, Component, HostRole} from './model.ts';

/** What people call them. */
export const componentNames: Readonly<Record<Component, string>> = {
	docker: 'Docker',
	java: 'Java',
	zookeeper: 'ZooKeeper',
	mesos: 'Mesos',
	marathon: 'Marathon',
	chronos: 'Chronos',
};

/** The software of a host, in the order of its installation. A master has all there is. */
export function componentsOf(role: HostRole, frameworks: Cluster['frameworks']): Component[] {
	if (role === 'slave') return ['docker', 'mesos'];
	const schedulers = (['marathon', 'chronos'] as const).filter(name => frameworks[name]);
	return ['docker', 'java', 'zookeeper', 'mesos', ...schedulers];
}
