import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import {parsePortRanges} from '../source/cluster/ports.ts';
import type {Step} from '../source/steps/step.ts';
import {chronosPorts} from './chronos.ts';
import {file} from './files.ts';
import {marathonPorts} from './marathon.ts';
import {template} from './template.ts';

const rule = 'rule family="ipv4" source ipset="mesos-setup" service name="mesos-setup" accept';

/** TCP ports on which other members reach this host, as firewalld writes them: `5051`, `4000-5000`. */
function portsOf(host: Host, {mesos, frameworks}: IdentifiedCluster): string[] {
	if (host.role === 'slave') {
		return ['5051', ...parsePortRanges(mesos.port_ranges).map(({first, last}) => `${first}-${last}`)];
	}
	const schedulers = [...(frameworks.marathon ? marathonPorts : []), ...(frameworks.chronos ? chronosPorts : [])];
	return ['2181', '2888', '3888', '5050', ...schedulers.map(String)];
}

/**
 * Where firewalld is on: one set of addresses, one service with the cluster's ports, and one rule that lets the first reach the
 * second. Nothing is opened to anybody else, and no rule of the host's owner is touched.
 */
export function firewall(host: Host, cluster: IdentifiedCluster, facts: HostFacts): Step[] {
	if (facts.firewall !== 'firewalld') return [];
	const members = cluster.record.hosts.map(({private_ip}) => private_ip).sort();
	const ports = portsOf(host, cluster);
	const set = '/etc/firewalld/ipsets/mesos-setup.xml';
	const service = '/etc/firewalld/services/mesos-setup.xml';
	return [
		file(set, template(set, {members})),
		file(service, template(service, {ports})),
		{
			kind: 'command',
			title: 'firewall open to members',
			// What runs is asked, not what is on disk: a reload that never happened is found.
			check: [
				`[ "$(firewall-cmd --ipset=mesos-setup --get-entries 2>/dev/null | LC_ALL=C sort | tr '\\n' ' ')" = '${members.join(' ')} ' ]`,
				`{ _open=" $(firewall-cmd --info-service=mesos-setup 2>/dev/null | sed -n 's/^  ports: //p') "; }`,
				...ports.map(port => `case $_open in *' ${port}/tcp '*) ;; *) false ;; esac`),
				`firewall-cmd --permanent --query-rich-rule='${rule}' >/dev/null 2>&1`,
				`firewall-cmd --query-rich-rule='${rule}' >/dev/null 2>&1 || false`,
			].join(' &&\n'),
			apply: [
				// The rule names the set and the service, which firewalld knows only after it has read their files.
				'firewall-cmd --reload',
				`firewall-cmd --permanent --add-rich-rule='${rule}'`,
				'firewall-cmd --reload',
			].join('\n'),
		},
	];
}

/** What an operator has to do about a firewall the tool does not write rules for; undefined where there is nothing to do. */
export function firewallNote(host: Host, cluster: IdentifiedCluster, facts: HostFacts): string | undefined {
	if (facts.firewall === 'none' || facts.firewall === 'firewalld') return undefined;
	const members = cluster.record.hosts.map(({private_ip}) => private_ip);
	return (
		`${host.name}: its ${facts.firewall} rules are its owner's own, so mesos-setup does not change them. ` +
		`Let the TCP ports ${portsOf(host, cluster).join(', ')} in from ${members.join(', ')}.`
	);
}
