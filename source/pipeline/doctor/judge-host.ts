import type {HostFacts} from '../../cluster/facts.ts';
import type {Cluster, Host} from '../../cluster/model.ts';
import {daemonPorts} from '../../cluster/ports.ts';
import {type Check, failed, listed, ok, size, warn} from './check.ts';
import {type HostProbe, type Place, type Process, portsOf} from './host-probe.ts';

/** MB that an installation and its first days take there: below `least` it fails, below `enough` it is told. */
const roomFor: Record<Host['role'], Record<string, {least: number; enough: number}>> = {
	master: {
		'/': {least: 1000, enough: 3000},
		'/var/lib': {least: 1000, enough: 3000},
		'/var/lib/docker': {least: 1500, enough: 4000},
		'/var/lib/zookeeper': {least: 200, enough: 1000},
		'/var/lib/mesos': {least: 200, enough: 1000},
		'/var/log': {least: 200, enough: 1000},
		'/opt': {least: 200, enough: 400},
	},
	slave: {
		'/': {least: 1000, enough: 3000},
		'/var/lib': {least: 1000, enough: 3000},
		'/var/lib/docker': {least: 1000, enough: 5000},
		'/var/lib/mesos': {least: 500, enough: 2000},
		'/var/log': {least: 200, enough: 1000},
		'/opt': {least: 200, enough: 400},
	},
};

/** One file system may hold several of the places: it is told once, with the strictest of their needs. */
function disks({role}: Host, places: readonly Place[]): Check[] {
	const mounts = new Map<string, {place: Place; paths: string[]; least: number; enough: number}>();
	const found: Check[] = [];
	for (const place of places) {
		const need = roomFor[role][place.path];
		if (!need) continue;
		const mount = mounts.get(place.mount);
		if (!place.writable && !found.some(({detail}) => detail.startsWith(`${place.mount} `))) {
			found.push(
				failed(
					'disk',
					`${place.mount} is mounted read-only, and ${place.path} must be written to.`,
					`See "dmesg | tail" for why, then "mount -o remount,rw ${place.mount}".`,
				),
			);
		}
		mounts.set(place.mount, {
			place,
			paths: [...(mount?.paths ?? []), place.path],
			least: Math.max(need.least, mount?.least ?? 0),
			enough: Math.max(need.enough, mount?.enough ?? 0),
		});
	}
	const roomy: string[] = [];
	for (const {place, paths, least, enough} of mounts.values()) {
		const {mount, free_mb, inodes} = place;
		const where = paths.length === 1 && paths[0] !== mount ? `${mount} (for ${paths[0]})` : mount;
		const fix = `Make the volume of ${mount} larger (EBS: modify the volume, then growpart and resize it), or remove what "du -xh ${mount} | sort -h" shows.`;
		if (free_mb < least) {
			const what = `${where} has only ${size(free_mb)} free, and the installation needs ${size(least)} there.`;
			found.push(failed('disk', what, fix));
		} else if (free_mb < enough) {
			found.push(warn('disk', `${where} has ${size(free_mb)} free; ${size(enough)} is a good start.`, fix));
		} else if (inodes !== undefined && inodes < 20_000) {
			const what = `${where} has room for only ${inodes} more files (inodes), and an installation makes many.`;
			found.push(failed('disk', what, `Remove what "du --inodes -x ${mount} | sort -n" shows.`));
		} else roomy.push(`${size(free_mb)} free on ${mount}`);
	}
	return found.length > 0 ? found : [ok('disk', roomy.join(', '))];
}

/** A container's processes belong to the engine, not to the unit that started it. */
function belongsTo(unit: string, {group}: Process, facts: HostFacts): boolean {
	// Without systemd a process does not tell; a service that runs is taken for the one on its port.
	if (group.includes(`/${unit}.service`) || (facts.systemd === 0 && facts.units[unit] === 'active')) return true;
	return facts.units[unit] === 'active' && /docker|containerd|libpod/.test(group);
}

function ports(host: Host, cluster: Pick<Cluster, 'frameworks'>, facts: HostFacts, {listening}: HostProbe): Check[] {
	if (!listening) {
		return [warn('ports', 'The host has no "ss", so who uses which port cannot be seen.', 'Install iproute.')];
	}
	const units = portsOf(host, cluster);
	const strangers = new Map<string, Check>();
	for (const one of listening) {
		const unit = units.get(one.port);
		if (!unit || belongsTo(unit, one, facts)) continue;
		const who = one.pid === '' || one.pid === '0' ? 'another process' : `${one.command} (pid ${one.pid})`;
		const service = /\/([^/]+\.service)/.exec(one.group)?.[1];
		const stop = service
			? `systemctl disable --now ${service}`
			: one.pid && one.pid !== '0'
				? `kill ${one.pid}`
				: `ss -ltnp "sport = ${one.port}"`;
		strangers.set(
			`${one.port} ${one.pid}`,
			failed(
				`port ${one.port}`,
				`Port ${one.port} of ${daemonPorts.get(one.port) ?? unit} is taken by ${who}${service ? ` of ${service}` : ''}, which listens on ${one.address}:${one.port}.`,
				`Stop it on ${host.name} ("sudo ${stop}") or move it to another port.`,
			),
		);
	}
	if (strangers.size > 0) return [...strangers.values()];
	const own = listening.length > 0 ? 'used by nobody but their own daemons' : 'free';
	return [ok('ports', `${[...units.keys()].join(', ')} are ${own}`.replace(/^(\d+) are/, '$1 is'))];
}

function packageManager(host: Host, {packageLock}: HostProbe): Check {
	const holder = packageLock[0];
	if (!holder) return ok('package manager', 'nobody holds its lock');
	return failed(
		'package manager',
		`The package manager is in use by ${holder.command} (pid ${holder.pid}), which holds its lock: an installation would wait for it.`,
		`Wait until it has ended (often automatic updates after boot; "ps -fp ${holder.pid}" on ${host.name} shows it), then run again.`,
	);
}

function remnants(host: Host, facts: HostFacts, probe: HostProbe): Check[] {
	const units = ['zookeeper', 'mesos-master', 'mesos-agent', 'marathon', 'chronos'];
	const running = probe.daemons.filter(process => !units.some(unit => belongsTo(unit, process, facts)));
	const found: Check[] = [];
	if (running.length > 0) {
		const who = running.map(({command, pid}) => `${command} (pid ${pid})`);
		found.push(
			failed(
				'earlier install',
				`${listed(who)} of another installation ${running.length === 1 ? 'runs' : 'run'} on this host.`,
				`Stop and disable it on ${host.name} (its unit is in the output of "systemctl status ${running[0]?.pid}").`,
			),
		);
	}
	if (probe.remnants.length > 0) {
		found.push(
			warn(
				'earlier install',
				`An older installation of Mesos has left ${listed(probe.remnants)}.`,
				`Remove its packages and files on ${host.name} once nobody needs them; repositories of mesosphere.com no longer answer and make the package manager fail.`,
			),
		);
	}
	const ours = host.role === 'master' ? units.filter(unit => unit !== 'mesos-agent') : ['mesos-agent'];
	const replaced = ours.filter(unit => facts.units[unit] !== undefined).map(unit => `${unit}.service`);
	if (replaced.length > 0 && facts.host_json === null) {
		found.push(
			warn(
				'earlier install',
				`${listed(replaced)} of somebody else ${replaced.length === 1 ? 'is' : 'are'} on this host already and would be replaced.`,
				`See "systemctl cat ${replaced[0]}" on ${host.name}: what is still needed goes under another name, or the cluster to another host.`,
			),
		);
	}
	// With a host.json it is this cluster's own data.
	if (probe.data.length > 0 && facts.host_json === null) {
		found.push(
			warn(
				'earlier data',
				`${listed(probe.data)} of an earlier installation would be taken over by the new daemons.`,
				`Move it away on ${host.name} unless it is meant to live on: an old ensemble's data can keep a new one from electing a leader.`,
			),
		);
	}
	return found.length > 0 ? found : [ok('earlier install', 'no traces of another one')];
}

function lock(host: Host, probe: HostProbe): Check[] {
	if (!probe.lock || probe.lock.age >= 60) return [];
	return [
		warn(
			'lock',
			`${probe.lock.owner} is at work on this host since ${probe.lock.since}.`,
			`Wait until that run is finished: "mesos-setup apply" refuses ${host.name} until then.`,
		),
	];
}

function nameServers({nameServers: servers}: HostProbe): Check[] {
	const silent = servers.filter(({answers}) => !answers).map(({address}) => address);
	if (silent.length === 0) return [];
	const all = silent.length === servers.length;
	const detail = `${listed(silent)} in /etc/resolv.conf ${silent.length === 1 ? 'does' : 'do'} not answer on port 53${all ? ', and there is no other name server' : ''}: each look-up waits for ${silent.length === 1 ? 'it' : 'them'}, sudo and the package manager included.`;
	const fix =
		'Check "enableDnsSupport" of the VPC, its DHCP options and the security group (UDP 53 outwards), or correct /etc/resolv.conf.';
	return [all ? failed('name service', detail, fix) : warn('name service', detail, fix)];
}

/** What the probe of a host tells, beyond what its facts do. */
export function judgeHost(
	host: Host,
	cluster: Pick<Cluster, 'frameworks'>,
	facts: HostFacts,
	probe: HostProbe,
): Check[] {
	return [
		...disks(host, probe.places),
		...ports(host, cluster, facts, probe),
		packageManager(host, probe),
		...remnants(host, facts, probe),
		...lock(host, probe),
		...nameServers(probe),
	];
}
