import type {Cluster} from '../../cluster/model.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import type {Route} from '../route.ts';

/** The names of a host on this computer: its own, and one that no other cluster has. */
export function namesOf(host: string, cluster: string): [string, string] {
	return [host, `${host}.${cluster}`];
}

function origin(cluster: string): string {
	return `# Written by "mesos-setup local"; "mesos-setup local --undo --cluster ${cluster}" takes it out.`;
}

/** @param hosts in the order of the cluster, with the IP address they have for this computer */
export function hostsLines(cluster: string, hosts: readonly {name: string; ip: string}[]): string[] {
	return [origin(cluster), ...hosts.map(({name, ip}) => `${ip} ${namesOf(name, cluster).join(' ')}`)];
}

/** A value of ssh_config. ssh itself fills in `%` and `${`; the first can be escaped, the second cannot. */
function value(text: string): string {
	if (/[\p{Cc}]|\$\{/u.test(text)) {
		throw new SetupError({
			field: 'ssh.key',
			cause: `${JSON.stringify(text)} cannot be written in ~/.ssh/config: ssh takes "\${" for a variable and knows no control characters.`,
			fix: 'Rename it, or link to it from another path.',
			exitCode: 2,
		});
	}
	const escaped = text.replaceAll('%', '%%');
	return /^[\w@%+=:,./~-]+$/.test(escaped) ? escaped : `"${escaped.replace(/["\\]/g, '\\$&')}"`;
}

function stanza(names: readonly string[], {address, user, port, identities}: Route, jump: string, home: string) {
	const short = (path: string) => (path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path);
	return [
		`Host ${names.join(' ')}`,
		`    HostName ${value(address)}`,
		`    User ${value(user)}`,
		`    Port ${port}`,
		...identities.map(path => `    IdentityFile ${value(short(path))}`),
		// An agent full of other keys would use up the attempts sshd allows before this one is tried.
		...(identities.length > 0 ? ['    IdentitiesOnly yes'] : []),
		// Said also where there is none: it must come neither from another cluster's block nor from "Host *".
		`    ProxyJump ${jump}`,
	];
}

/**
 * One stanza a host, and one for every machine in between, which the hosts' keys open too. The closing "Host *" keeps what
 * follows in the file from becoming part of the last host's.
 * @param home what `~` stands for
 */
export function sshLines(
	{name: cluster, hosts}: Cluster,
	routeTo: (address: string) => Route & {bastion?: Route | undefined},
	home: string,
): string[] {
	const taken = new Set(hosts.flatMap(({name}) => namesOf(name, cluster)));
	const bastions = new Map<string, {alias: string; route: Route}>();
	const aliasOf = (route: Route) => {
		const key = JSON.stringify(route);
		const known = bastions.get(key)?.alias;
		if (known !== undefined) return known;
		let alias = `bastion.${cluster}`;
		for (let n = 2; taken.has(alias); n++) alias = `bastion-${n}.${cluster}`;
		taken.add(alias);
		bastions.set(key, {alias, route});
		return alias;
	};
	const stanzas = hosts.flatMap(({name, address}) => {
		const {bastion, ...route} = routeTo(address);
		return stanza(namesOf(name, cluster), route, bastion ? aliasOf(bastion) : 'none', home);
	});
	const between = [...bastions.values()].flatMap(({alias, route}) => stanza([alias], route, 'none', home));
	return [origin(cluster), ...stanzas, ...between, '# What follows is for all hosts again.', 'Host *'];
}
