import type {Cluster} from '../../cluster/model.ts';
import type {PortRange} from '../../cluster/ports.ts';
import type {Acl, NetworkFacts} from '../../discovery/network.ts';
import {inRanges} from './addresses.ts';
import {type Check, failed, ok} from './check.ts';
import {type Class, classesOf, neededPorts, type Placed} from './needed-ports.ts';
import {within, without, written} from './port-sets.ts';

/** Where Linux takes the ports of outgoing connections from; answers go back to them, and an ACL remembers nothing. */
const answers: PortRange[] = [{first: 32_768, last: 60_999}];

/** The ports an ACL drops on the way to or from an address. */
function dropped({entries}: Acl, egress: boolean, address: string, ports: readonly PortRange[]): PortRange[] {
	let open = [...ports];
	const lost: PortRange[] = [];
	for (const entry of entries) {
		if (entry.egress !== egress || !inRanges(address, [entry.range])) continue;
		if (!entry.allow) lost.push(...within(open, entry.ports));
		open = without(open, entry.ports);
	}
	return [...lost, ...open];
}

/** An ACL that tells no entries at all is one that EC2 (or what stands for it) keeps to itself. */
function aclOf({subnet, vpc}: Class, acls: readonly Acl[]): Acl | undefined {
	const own = acls.find(({subnets}) => subnets.includes(subnet));
	const acl = own ?? acls.find(one => one.isDefault && one.vpc === vpc);
	return acl && acl.entries.length > 0 ? acl : undefined;
}

/** Each finding once, though several kinds of hosts met it. */
function distinct(checks: readonly Check[]): Check[] {
	return [...new Map(checks.map(one => [one.detail, one])).values()];
}

/** What the ACLs of the subnets drop between hosts of different subnets; inside one they have no say. */
export function judgeAcls(placed: readonly Placed[], cluster: Cluster, {acls, subnets}: NetworkFacts): Check[] {
	if (acls.length === 0) return [];
	const classes = classesOf(placed);
	const title = (subnet: string) => `${subnet}${subnets.get(subnet) ? ` (${subnets.get(subnet)})` : ''}`;
	const found: Check[] = [];
	for (const from of classes) {
		for (const to of classes) {
			const [here, there] = [from.hosts[0]?.private_ip ?? '', to.hosts[0]?.private_ip ?? ''];
			if (from.subnet === to.subnet || from.vpc !== to.vpc) continue;
			const needed = neededPorts(from, to, cluster);
			const tell = (one: Class, egress: boolean, address: string, ports: PortRange[]) => {
				const acl = aclOf(one, acls);
				const lost = acl ? dropped(acl, egress, address, ports) : [];
				if (!acl || lost.length === 0) return;
				const [way, other] = egress ? ['out of', 'to'] : ['in to', 'from'];
				const peer = one === from ? to : from;
				const detail = `${acl.id} lets no TCP ${written(lost)} ${way} ${title(one.subnet)} ${other} ${title(peer.subnet)}.`;
				const fix = `Add an ${egress ? 'outbound' : 'inbound'} entry that allows it with a number below the one that denies; an ACL needs both directions and the answers (TCP 32768-60999).`;
				found.push(failed(`network ACL ${acl.id} of ${one.subnet}`, detail, fix));
			};
			tell(from, true, there, needed);
			tell(to, false, here, needed);
			tell(to, true, here, answers);
			tell(from, false, there, answers);
		}
	}
	return found.length > 0 ? distinct(found) : [ok('network ACLs', 'drop nothing between the subnets of the hosts')];
}
