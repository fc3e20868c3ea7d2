import type {SimulatedHost} from './host.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Units the facts tell of, and whether they come with the image. */
const delivered = new Set(['chronyd']);
const asked = ['docker', 'zookeeper', 'mesos-master', 'mesos-agent', 'marathon', 'chronos', 'rsyslog', 'chronyd'];

function facts(host: SimulatedHost): string {
	const {ip, hostname, files, bootId} = host;
	const units = asked.map(unit => {
		const active = host.isRunning(unit) || delivered.has(unit);
		return `Id=${unit}.service\nLoadState=${active ? 'loaded' : 'not-found'}\nActiveState=${active ? 'active' : 'inactive'}\n`;
	});
	const json = (name: string) => {
		const text = files.get(`/etc/mesos-setup/${name}.json`);
		return text === undefined ? [] : [base64(text)];
	};
	return [
		...['@ os', 'amzn', '2023', 'Amazon Linux 2023.12.20260831 (simulated)'],
		...['@ uname', '6.1.153-175.280.amzn2023.x86_64 x86_64', '@ cgroup', 'cgroup2fs', '@ selinux', 'Permissive'],
		...['@ memory', '7947264', '@ disk', `/dev/nvme0n1p1 20893676 ${2_300_000 + host.index * 41_000} 18500000 12% /`],
		...['@ cpus', '2', '@ hostname', hostname, '@ hostname_addresses', `${ip} STREAM ${hostname}`],
		...['@ addresses', '1: lo    inet 127.0.0.1/8 scope host lo', `2: ens5    inet ${ip}/20 scope global ens5`],
		...['@ boot_id', bootId, '@ clock', nanoseconds(host), '@ user', 'ec2-user'],
		...['@ host_json', ...json('host'), '@ cluster_json', ...json('cluster')],
		...['@ units', 'systemd 252', ...units, '@ end', ''],
	].join('\n');
}

/** Clocks of hosts are some milliseconds apart. */
function nanoseconds({index}: SimulatedHost): string {
	return `${BigInt(Date.now() + ((index * 7) % 11) - 5) * 1_000_000n}`;
}

const portsOf: Record<string, number[]> = {
	zookeeper: [2181, 2888, 3888],
	'mesos-master': [5050],
	'mesos-agent': [5051],
	marathon: [8080, 8090],
	chronos: [8081, 8091],
};

function probe(host: SimulatedHost): string {
	const places = ['/', '/var/lib', '/var/lib/docker', '/var/lib/mesos', '/var/lib/zookeeper', '/var/log', '/opt'];
	const listening = Object.entries(portsOf).flatMap(([unit, ports], i) =>
		host.isRunning(unit) ? ports.map(port => `${host.ip}:${port} ${2000 + i} java /system.slice/${unit}.service`) : [],
	);
	return [
		...['@ disk', ...places.map(place => `${place} rw / 4525000 4096 10485760 10400000`)],
		...['@ listening', ...listening, 'complete', '@ package_lock', '@ remnants', '@ data', '@ daemons', '@ locked'],
		...['@ name_servers', '10.0.0.2 answers', '@ tools', 'bash', 'python3', 'curl', 'gpg', 'dnf', '@ end', ''],
	].join('\n');
}

/** Bytes of an archive: the same each time, and different from the others'. */
const sizeOf = (id: string) => 18_000_000 + (Number.parseInt(id.slice(1, 5), 16) || 0) * 400;

/** Every source is there: archives begin as archives do, images are in their registry, packages in a repository. */
function sources(script: string, host: SimulatedHost): string {
	const installed = host.isRunning('docker');
	const answers: string[] = [];
	const headers = (...lines: string[]) => `head ${base64(['HTTP/1.1 200 OK', ...lines, '', ''].join('\r\n'))}`;
	for (const [, kind, id = ''] of script.matchAll(/^_(archive|image|key) (\w+) '/gm)) {
		answers.push(`@ ${id}`);
		if (installed) answers.push('present');
		else if (kind === 'archive') {
			const gzip = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]).toString('base64');
			answers.push('code 206', 'exit 0', headers(`content-range: bytes 0-1023/${sizeOf(id)}`), `body ${gzip}`);
		} else answers.push('code 200', 'exit 0', headers('content-type: application/vnd.oci.image.index.v1+json'));
	}
	const wants = [...script.matchAll(/^_want '([^']*)'/gm)].map(([, name = '']) => name);
	for (const [, id = ''] of script.matchAll(/^_(?:query|repository) (\w+)/gm)) {
		answers.push(`@ ${id}`, `wanted ${installed ? '' : wants.join(' ')}`, 'exit 0');
		if (!installed) answers.push(...wants.map((name, i) => `found ${name}|1.0|1.amzn2023|${900_000 + i * 2_300_000}`));
	}
	return `${answers.join('\n')}\n`;
}

/** Stand-ins listen on the last words' ports. */
function listen(script: string, host: SimulatedHost): string {
	const ports = [...(script.split('\n').at(-1) ?? '').matchAll(/'(\d+)'/g)].map(([, port]) => Number(port)).slice(1);
	for (const port of ports) host.ears.add(port);
	return `${ports.map(port => `${port} listening\n`).join('')}pid 4711\n`;
}

function connections(script: string, fleet: readonly SimulatedHost[]): string {
	return [...script.matchAll(/^_try '([^']*)' (\d+) /gm)]
		.map(([, address = '', port = '']) => {
			const to = fleet.find(({ip}) => ip === address);
			const served = Object.entries(portsOf).some(
				([unit, ports]) => to?.isRunning(unit) && ports.includes(Number(port)),
			);
			if (served || to?.ears.has(Number(port))) return `${address} ${port} 0 \n`;
			return `${address} ${port} 1 ${base64('Connection refused')}\n`;
		})
		.join('');
}

/**
 * What the host prints when it is asked by a script of the product's, told apart by what only they contain; undefined for
 * one nobody has taught it.
 */
export function answerTo(script: string, host: SimulatedHost, fleet: readonly SimulatedHost[]): string | undefined {
	if (script.includes("echo '@ os'")) return facts(host);
	if (script.includes("echo '@ package_lock'")) return probe(host);
	if (script.includes('_repository()')) return sources(script, host);
	if (script.includes('python3 -c')) return listen(script, host);
	if (script.includes('_try()')) return connections(script, fleet);
	if (script.trim() === 'date +%s%N') return `${nanoseconds(host)}\n`;
	const there = /^\[ ! -e (\S+) \] \|\| echo there$/.exec(script.trim())?.[1];
	if (there !== undefined) return host.files.has(there) ? 'there\n' : '';
	if (script.startsWith('if grep -q ')) {
		host.ears.clear();
		return '';
	}
	return undefined;
}
