import type {HostFacts} from '../../cluster/facts.ts';
import type {Host} from '../../cluster/model.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import {platformOf} from '../../sources/platform.ts';
import {checkSupported, supportNote} from '../../sources/platform-support.ts';
import {type Check, failed, listed, ok, size, warn} from './check.ts';

const isLoopback = (address: string) => address.startsWith('127.');

type Judging = {now: Date; allowUnsupported: boolean};

function platform(host: Host, facts: HostFacts, {now, allowUnsupported}: Judging): Check {
	try {
		const found = platformOf(facts, host.name);
		checkSupported(found, host.name, allowUnsupported);
		const outdated = supportNote(found, now);
		if (outdated) return warn('platform', outdated, 'Nothing to do at once: everything works there.');
		return ok('platform', `${found.title} (${facts.os.pretty_name}), kernel ${facts.kernel}`);
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		return failed('platform', error.reason, error.fix);
	}
}

function architecture({arch}: HostFacts): Check {
	if (arch === 'x86_64') return ok('architecture', arch);
	if (arch === 'aarch64') {
		return warn(
			'architecture',
			'This is an Arm host (aarch64). What is known to be built for x86_64 only is named below; of sources of your own it cannot be told.',
			'Make sure that each of "sources" in the cluster file is built for aarch64, or use x86_64 instances.',
		);
	}
	return failed('architecture', `Nothing of a Mesos cluster is built for ${arch}.`, 'Use x86_64 instances.');
}

/** MB as the kernel counts them, which is some percent less than what an instance type promises. */
const memoryNeeds = {
	master: {least: 900, enough: 1800, what: 'ZooKeeper, mesos-master, Marathon and Chronos'},
	slave: {least: 450, enough: 900, what: 'mesos-agent, Docker and a first task'},
};

function memory({role}: Host, {memory_mb, cpus}: HostFacts): Check {
	const {least, enough, what} = memoryNeeds[role];
	const has = `${size(memory_mb)} of memory, ${cpus} CPU${cpus === 1 ? '' : 's'}`;
	if (memory_mb >= enough) return ok('memory', has);
	const fix = `Use an instance type with at least ${size(2048)} for a ${role}.`;
	if (memory_mb >= least) return warn('memory', `${has}: tight for ${what}.`, fix);
	return failed('memory', `${has}: too little for ${what}, which the kernel would kill again and again.`, fix);
}

/** Daemons bind and advertise addresses by explicit flags, so a wrong name of the host's own is a nuisance, not an obstacle. */
function hostname({hostname: name, hostname_addresses: found, addresses}: HostFacts): Check {
	const harmless = 'The daemons are given their addresses by flags, so the cluster works all the same';
	const fix = (host: string) => `Put "${host}" into /etc/hosts, or set "enableDnsHostnames" of the VPC.`;
	const own = addresses.find(address => !isLoopback(address)) ?? 'ADDRESS';
	if (found.length === 0) {
		return warn(
			'hostname',
			`Its own name ${name} does not resolve. ${harmless}, but sudo and Java may wait for the name service at every start.`,
			fix(`${own} ${name}`),
		);
	}
	const loopback = found.find(isLoopback);
	if (loopback) {
		return warn(
			'hostname',
			`Its own name ${name} resolves to ${loopback}, which other hosts could not reach. ${harmless}; tasks that ask for the name get the wrong address.`,
			fix(`${own} ${name}`),
		);
	}
	const strange = found.filter(address => !address.includes(':') && !addresses.includes(address));
	if (strange.length > 0) {
		return warn(
			'hostname',
			`Its own name ${name} resolves to ${listed(strange)}, which is no address of this host. ${harmless}; tasks that ask for the name get the wrong address.`,
			fix(`${own} ${name}`),
		);
	}
	return ok('hostname', `${name} is ${listed(found)}`);
}

function privateIp({name, private_ip}: Host, {addresses}: HostFacts): Check {
	if (addresses.includes(private_ip)) return ok('private_ip', private_ip);
	const others = addresses.filter(address => !isLoopback(address));
	return failed(
		'private_ip',
		`${private_ip} is no address of this host (it has ${listed(others)}): its daemons could not bind to it.`,
		`Write one of these as private_ip of ${name} in the cluster file, or check that "address" leads to the right host.`,
	);
}

function selinux({selinux: mode}: HostFacts): Check {
	if (mode !== 'enforcing') return ok('SELinux', mode);
	return warn(
		'SELinux',
		'SELinux is enforcing, and no policy for Mesos exists.',
		'Nothing to do: "mesos-setup apply" makes it permissive, now and in /etc/selinux/config.',
	);
}

function firewall({firewall: kind}: HostFacts): Check[] {
	// The others are told by the roles' own note, which names the ports.
	if (kind === 'none') return [ok('firewall', 'none on the host; security groups decide')];
	if (kind !== 'firewalld') return [];
	return [ok('firewall', 'firewalld: "mesos-setup apply" opens the ports of the cluster to its members')];
}

/** What the facts of a host alone tell. */
export function judgeFacts(host: Host, facts: HostFacts, judging: Judging): Check[] {
	return [
		platform(host, facts, judging),
		architecture(facts),
		memory(host, facts),
		privateIp(host, facts),
		hostname(facts),
		selinux(facts),
		...firewall(facts),
	];
}
