import type {HostFacts} from '../../cluster/facts.ts';
import {type Check, failed, listed, ok, warn} from './check.ts';
import type {Attempt, Route} from './network.ts';

type Why = 'silence' | 'refused' | 'no route' | 'other machine' | 'other';

function reason({status, said}: Attempt): Why {
	if (status === 3) return 'other machine';
	if (status === 124 || /timed out/i.test(said)) return 'silence';
	if (/refused/i.test(said)) return 'refused';
	if (/no route|unreachable|Invalid argument|Permission denied/i.test(said)) return 'no route';
	return 'other';
}

const meanings: Record<Why, string> = {
	silence: 'no answer: something on the way drops the packets',
	refused: 'refused on the way, although something listens there',
	'no route': 'the host has no way there',
	'other machine': 'another machine answers at that address',
	other: 'the connection failed',
};

function fixFor(
	why: Why,
	from: string,
	targets: readonly Route[],
	ports: string,
	firewall: HostFacts['firewall'],
): string {
	const names = listed([...new Set(targets.map(({to}) => to))]);
	if (why === 'other machine') {
		return `Check private_ip of ${names} in the cluster file, and that all hosts are in one VPC.`;
	}
	if (why === 'no route') {
		return `Check the routes of ${from} ("ip route get ${targets[0]?.address}"), its subnet's route table, and private_ip of ${names} in the cluster file.`;
	}
	const own = firewall === 'none' ? '' : `, and in the ${firewall} rules of ${names}`;
	return `Let TCP ${ports} in from ${from}: in the security group of ${names} (a rule with the cluster's own group as source is enough), in the network ACLs of its subnet${own}.`;
}

/**
 * What one host reached of what it must reach.
 * @param untested targets whose ports nothing could listen on, as `master-1:2181`
 */
export function judgeNetwork(
	from: string,
	routes: readonly Route[],
	attempts: readonly Attempt[],
	untested: readonly string[],
	firewallOf: (host: string) => HostFacts['firewall'],
): Check[] {
	const byRoute = new Map(attempts.map(attempt => [`${attempt.address}:${attempt.port}`, attempt]));
	const groups = new Map<string, {why: Why; said: string; ports: number[]; routes: Route[]}>();
	const targets = new Map<string, Route[]>();
	for (const route of routes) targets.set(route.to, [...(targets.get(route.to) ?? []), route]);
	let reached = 0;
	for (const all of targets.values()) {
		const bad = all.flatMap(route => {
			const attempt = byRoute.get(`${route.address}:${route.port}`);
			return attempt && attempt.status !== 0 ? [{route, attempt, why: reason(attempt)}] : [];
		});
		if (bad.length === 0) reached++;
		for (const why of new Set(bad.map(one => one.why))) {
			const same = bad.filter(one => one.why === why);
			const ports = same.map(one => one.route.port);
			// Many hosts behind one missing rule are one finding.
			const key = `${why} ${ports.join(' ')}`;
			const group = groups.get(key) ?? {why, said: same[0]?.attempt.said ?? '', ports, routes: []};
			group.routes.push(...same.map(one => one.route));
			groups.set(key, group);
		}
	}
	const checks = [...groups.values()].map(({why, said, ports, routes: lost}) => {
		const where = [...new Map(lost.map(({to, address}) => [to, `${to} (${address})`])).values()];
		const words = why === 'other' ? `${meanings.other}: ${said.trim().split('\n').at(-1)}` : meanings[why];
		const first = lost[0]?.to ?? '';
		return failed(
			'network',
			`${from} does not reach TCP ${ports.join(', ')} of ${listed(where)}: ${words}.`,
			fixFor(why, from, lost, ports.join(', '), firewallOf(first)),
		);
	});
	if (untested.length > 0) {
		checks.push(
			warn(
				'network',
				`Whether ${from} reaches ${listed(untested)} cannot be told before the installation: nothing listens there, and the host has no python3 to stand in.`,
				'Make sure that the security group lets the hosts of the cluster reach each other.',
			),
		);
	}
	if (checks.length === 0 && reached > 0) {
		const ports = [...new Set(routes.map(({port}) => port))].sort((a, b) => a - b);
		checks.push(ok('network', `reaches TCP ${ports.join(', ')} of ${listed([...targets.keys()])}`));
	}
	return checks;
}
