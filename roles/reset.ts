import type {HostFacts} from '../source/cluster/facts.ts';
import type {Host, IdentifiedCluster} from '../source/cluster/model.ts';
import type {Step} from '../source/steps/step.ts';
import {type Role, rolesOf} from './roles-of.ts';

/** Folders that hold nothing but what this tool and the daemons it installed put there. */
const ownFolders = [
	'/etc/mesos',
	'/etc/mesos-master',
	'/etc/mesos-agent',
	'/etc/zookeeper',
	'/opt/mesos-setup',
	'/usr/local/lib/mesos-setup',
	'/var/cache/mesos-setup',
	'/var/lib/mesos',
	'/var/lib/zookeeper',
	'/var/log/chronos',
	'/var/log/marathon',
	'/var/log/mesos',
	'/var/log/zookeeper',
];
const ledger = '/var/lib/mesos-setup/packages';

const absent = (path: string): Step => ({kind: 'absent', title: `remove ${path}`, path});
const command = (title: string, check: string, apply: string): Step => ({kind: 'command', title, check, apply});

const unitFolder = '/etc/systemd/system/';

/** Units of the tool's own lose their file below; those of packages only their drop-in. */
function stopOwnUnits(steps: readonly Step[]): Step[] {
	const units = steps.flatMap(step =>
		step.kind === 'file' && step.path.startsWith(unitFolder) && !step.path.includes('.d/')
			? [step.path.slice(unitFolder.length)]
			: [],
	);
	return units
		.reverse()
		.map(unit =>
			command(
				`stop ${unit}`,
				`! systemctl -q is-active ${unit} && [ "$(systemctl is-enabled ${unit} 2>/dev/null)" != enabled ]`,
				`systemctl disable --now ${unit}`,
			),
		);
}

/** Only what the ledger says was installed by this tool; what was there before stays. */
const removePackages = command(
	'remove the packages that were installed',
	`! [ -s ${ledger} ]`,
	[
		`sort -u ${ledger} | xargs rpm -q --qf '%{NAME}\\n' 2>/dev/null | grep -v 'not installed' >${ledger}.now || :`,
		`if grep -qx docker ${ledger}.now; then`,
		'	systemctl stop docker.socket docker.service containerd.service 2>/dev/null || :',
		'	find /var/lib/docker /var/lib/containerd /opt/containerd -mindepth 1 -delete 2>/dev/null || :',
		'	rmdir /opt/containerd 2>/dev/null || :',
		'fi',
		`if [ -s ${ledger}.now ]; then xargs dnf -y remove <${ledger}.now; fi`,
		`rm -f ${ledger} ${ledger}.now`,
	].join('\n'),
);

function undo(step: Step): Step[] {
	switch (step.kind) {
		case 'file':
		case 'symlink':
		case 'archive': {
			const path = step.kind === 'archive' ? step.link : step.path;
			// A host without a time zone file would be in UTC all the same; what it was before nobody knows.
			if (path === '/etc/localtime') return [];
			return ownFolders.some(folder => path.startsWith(`${folder}/`)) ? [] : [absent(path)];
		}
		case 'repository':
			return [absent(`/etc/yum.repos.d/${step.id}.repo`)];
		case 'block':
			return [{...step, title: `remove the block from ${step.path}`, lines: []}];
		case 'user':
			return step.system
				? [command(`remove user ${step.name}`, `! getent passwd ${step.name} >/dev/null`, `userdel ${step.name}`)]
				: [];
		default:
			// Packages go as a whole; the groups they made hold nothing of the cluster.
			return [];
	}
}

/** Vendor units that carried a drop-in read their own configuration again, where they are still there. */
function afterwards(steps: readonly Step[]): Step[] {
	const dropIns = steps.flatMap(step => (step.kind === 'file' && step.path.includes('.service.d/') ? [step.path] : []));
	const folders = dropIns.map(path => path.slice(0, path.lastIndexOf('/')));
	const units = folders.map(folder => folder.slice(unitFolder.length, -'.d'.length));
	return [
		...folders.map(folder =>
			command(`tidy ${folder}`, `! [ -d ${folder} ]`, `rmdir --ignore-fail-on-non-empty ${folder}`),
		),
		command(
			'let systemd forget',
			'! [ -e /var/lib/mesos-setup ] && ! ls /run/mesos-setup/*.env >/dev/null 2>&1',
			[
				'systemctl daemon-reload',
				'systemctl reset-failed',
				// Not every package stops its daemon when it goes.
				...units.map(
					unit =>
						`if systemctl -q is-active ${unit}; then systemctl try-restart ${unit} 2>/dev/null || systemctl stop ${unit}; fi`,
				),
				'rm -rf /var/lib/mesos-setup /run/mesos-setup/*.env',
			].join('\n'),
		),
	];
}

/** Takes everything off a host again that the roles put there, data and logs included. */
export function resetOf(host: Host, cluster: IdentifiedCluster): Role[] {
	const steps = (_: Host, whole: IdentifiedCluster, facts: HostFacts): Step[] => {
		const all = rolesOf(host, cluster).flatMap(role => role.steps(host, whole, facts));
		const removals = all.toReversed().flatMap(undo);
		// host.json goes last: until then the host is still known as this cluster's, so a reset that dies can be run again.
		const identity = removals.filter(step => step.kind === 'absent' && step.path.startsWith('/etc/mesos-setup/'));
		return [
			...stopOwnUnits(all),
			removePackages,
			...removals.filter(step => !identity.includes(step)),
			...ownFolders.map(absent),
			...afterwards(all),
			...identity,
			absent('/etc/mesos-setup'),
		];
	};
	return [{name: 'reset', steps}];
}
