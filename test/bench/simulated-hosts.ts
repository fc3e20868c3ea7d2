// A program of its own: one ssh server that stands for any number of bare hosts, all of 127.0.0.0/8 being its addresses.
// It lets everybody in and answers as a runner does; nothing is executed. Prints its port, and works until its stdin ends.
import {generateKeyPairSync} from 'node:crypto';
import type {AddressInfo} from 'node:net';
import ssh2, {type ServerChannel} from 'ssh2';

const facts = Buffer.from(`@ os
amzn
2023
Amazon Linux 2023 (simulated)
@ uname
6.1.150-174.amzn2023.x86_64 x86_64
@ cgroup
cgroup2fs
@ selinux
Permissive
@ memory
8062340
@ disk
/dev/nvme0n1p1 20900000 2000000 17800000 10% /
@ cpus
2
@ hostname
simulated
@ hostname_addresses
10.0.1.10 STREAM simulated
@ addresses
2: ens5    inet 10.0.1.10/20 brd 10.0.15.255 scope global ens5
@ boot_id
11111111-2222-3333-4444-555555555555
@ clock
1700000005000000000
@ user
ec2-user
@ host_json
@ cluster_json
@ units
systemd 252
@ end
`).toString('base64');

// What plan shows of a missing file is its content; a kilobyte is more than most of them have.
const candidate = Buffer.from('a line of a configuration file\n'.repeat(33)).toString('base64');

function runner(channel: ServerChannel): void {
	let nonce = '';
	let rest = '';
	const say = (words: string) => channel.write(`${nonce} ${words}\n`);
	const hear = (line: string) => {
		const [word, id] = line.split(' ', 2);
		if (nonce === '') {
			nonce = /ms_nonce=(\w+)/.exec(Buffer.from(line, 'base64').toString())?.[1] ?? '';
			say('hello 1 /run/mesos-setup/run.simulated');
		} else if (word === 'ms_ask') say(`${id} answer 0 ${facts.length} ${facts} `);
		else if (word === 'ms_step') say(`${id} would-change  ${candidate}`);
		else if (word === 'ms_quit') {
			channel.exit(0);
			channel.end();
		}
	};
	channel.on('data', (chunk: Buffer) => {
		const lines = `${rest}${chunk.toString('latin1')}`.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) hear(line);
	});
}

const {privateKey} = generateKeyPairSync('ec', {namedCurve: 'prime256v1'});
const hostKey = String(privateKey.export({type: 'sec1', format: 'pem'}));
const server = new ssh2.Server({hostKeys: [hostKey]}, client => {
	client.on('error', () => {});
	client.on('authentication', context => context.accept());
	client.on('session', accept => {
		accept().on('exec', acceptExec => runner(acceptExec()));
	});
});
server.listen(0, '0.0.0.0', () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on('end', () => process.exit());
