// The guided install in a real terminal, from the first screen to the proof, with a wrong turn wherever one is likely.
import {execFileSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import stringWidth from 'string-width';
import {afterAll, afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {openTerminal, type Terminal} from '../unit/panels/terminal.ts';
import {writeDefaults} from './cluster-file.ts';
import {ec2Environment} from './ec2/start-ec2.ts';
import {type Lab, up} from './lab.ts';
import {insideNetwork} from './network.ts';
import {productArgv} from './product.ts';

const enter = '\r';
const esc = '\u001b';
const ctrlC = '\u0003';
const ctrlU = '\u0015';
const [upArrow, downArrow, rightArrow] = ['A', 'B', 'C'].map(letter => `\u001b[${letter}`) as [string, string, string];
const end = '\u001b[F';

// For what hangs, not for a loaded machine (ms).
const patience = 240_000;
vi.setConfig({testTimeout: 900_000});

let lab: Lab;
let terminal: Terminal;
let defaults: string;
/** What the wizard takes for the /etc/hosts of this computer. */
let hostsFile: string;

beforeAll(async () => {
	const hosts = ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2', 'slave-3', 'master-4', 'slave-4'];
	lab = await up({name: 'test-wizard', hosts, log: () => {}});
	const ssh = join(lab.folder, 'person', '.ssh');
	mkdirSync(ssh, {recursive: true});
	// What a person may well have: a file that is named after the key pair, and is another key.
	const wrong = join(ssh, 'lab.pem');
	rmSync(wrong, {force: true});
	execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', '', '-f', wrong]);
	defaults = await writeDefaults(lab, '');
	hostsFile = join(lab.folder, 'hosts-of-this-computer');
	copyFileSync('/etc/hosts', hostsFile);
});
afterAll(() => lab.down());
afterEach(() => terminal?.close());

/** A shell that starts the wizard in the lab's network, with a store of that name; the shell knows how its terminal was set. */
async function start(size: [columns: number, rows: number], store: string, ...flags: string[]): Promise<void> {
	const [columns, rows] = size;
	const env = {
		...ec2Environment(lab.ec2),
		HOME: join(lab.folder, 'person'),
		MESOS_SETUP_HOME: join(lab.folder, `home-${store}`),
		PS1: 'READY> ',
	};
	terminal = openTerminal(['bash', '--norc', '--noprofile', '-i'], {columns, rows, env, patience});
	await terminal.until(/READY> /);
	const argv = insideNetwork(lab.namespace, productArgv('--defaults', defaults, ...flags));
	const mounted = `unshare --mount sh -c 'mount --bind ${hostsFile} /etc/hosts; exec "$@"' sh`;
	terminal.send(`clear; B=$(stty -g); ${mounted} ${argv.join(' ')}\r`);
}

/** Waits for a screen that is no wider than the terminal and says this, however it is wrapped; then presses keys. */
async function on(expected: RegExp, ...keys: string[]): Promise<string> {
	const fits = (line: string) => stringWidth(line) <= terminal.columns();
	const says = (text: string) => expected.test(text) || expected.test(text.replace(/\s+/g, ' '));
	const shown = () => says(terminal.screen()) && terminal.screen().split('\n').every(fits);
	const screen = await terminal.until(shown, `${expected}, within ${terminal.columns()} columns,`);
	for (const key of keys) terminal.send(key);
	return screen;
}

/** Whether the shell has its terminal as it was, the wizard having said its last words and ended with `code`. */
async function isUnharmed(last: RegExp, code: number): Promise<void> {
	await terminal.until(() => !terminal.isAlternate() && last.test(terminal.scrollback()), `${last} after the wizard`);
	terminal.send('C=$?; clear; [ "$B" = "$(stty -g)" ] && echo "code=$C, stty is the"" same"\r');
	await terminal.until(new RegExp(`code=${code}, stty is the same`));
	expect(terminal.isCursorVisible()).toBe(true);
}

/** The wizard's own process: unshare, sh and nsenter become it. */
const wizard = () => Number(execFileSync('pgrep', ['-P', String(terminal.pid)]).toString());

describe('Ctrl-C leaves a sane terminal', () => {
	const untouched = /Nothing was changed on any host\./;

	test.each<[string, [RegExp, ...string[]][]]>([
		['the start', [[/Where are the hosts/]]],
		['the account', [[/Where are the hosts/, downArrow, enter], [/With which profile|In which region/]]],
		['the cluster file', [[/Where are the hosts/, downArrow, downArrow, enter], [/Where is the cluster file\?/]]],
		[
			'the addresses',
			[
				[/Where are the hosts/, end, enter],
				[/Which hosts\?/, 'nonsense'],
			],
		],
		['the instances, in the filter', [[/Where are the hosts/, enter], [/8 chosen of 9/, '/'], [/keep the filter/]]],
	])('in %s', async (_, way) => {
		await start([80, 24], 'none');
		for (const [expected, ...keys] of way) await on(expected, ...keys);
		terminal.send(ctrlC);
		await isUnharmed(untouched, 130);
	});

	test('in every screen from the roles to the plan', async () => {
		const way: [RegExp, ...string[]][] = [
			[/Where are the hosts/, enter],
			[/8 chosen of 9/, 'a', 'a', '/', '-4', enter, 'a', enter],
			[/1 master, 1 slave/, enter],
			[/Which private key/, ctrlU, lab.keyFile, enter],
			[/Are these settings right\?/, upArrow, upArrow, upArrow, upArrow, upArrow, upArrow, enter],
			[/Where does Marathon come from\?/, esc],
			[/Are these settings right\?/, end, enter],
			[/Looking at every host/],
			[/Ready: \d+ checks well/, enter],
			[/Nothing has been changed yet/],
		];
		for (const leaving of [2, 3, 4, 5, 7, 9]) {
			await start([80, 24], 'none');
			for (const [i, [expected, ...keys]] of way.slice(0, leaving + 1).entries()) {
				await on(expected, ...(i === leaving ? [] : keys));
			}
			terminal.send(ctrlC);
			await isUnharmed(untouched, 130);
			terminal.close();
		}
	});
});

describe('a new cluster', () => {
	test('is asked for, with wrong turns on the way, until Ctrl-C stops its installation', async () => {
		await start([80, 24], 'prod');
		await on(/Where are the hosts of your cluster\?[\s\S]*▌ Find my EC2 instances/, enter);
		// A filter that nothing matches, one that cannot serve, then all but slave-3, master-4 and slave-4.
		await on(/8 chosen of 9 that can serve, 3 cannot/, '/', 'zzz');
		await on(/\/ zzz▏ {3}0 of 12[\s\S]*Nothing matches the filter/, esc);
		await on(/▌ \[ \] {2}batch-arm/, end, ' ');
		await on(/! web-old is stopped\./, '/', '-4', enter);
		await on(/2 of 12/, 'a', esc);
		await on(/6 chosen/, '/', 'slave-3', enter, ' ', esc);
		await on(/5 chosen of 9/, enter);
		// No masters, an even number of them, and back to three. The terminal changes its size in the middle of it.
		await on(/3 masters: survives 1 failure/, 's', downArrow, 's', downArrow, 's');
		await on(/A cluster needs a master/, enter);
		terminal.resize(60, 20);
		await on(/A cluster needs a master[\s\S]*⏎ next/, 'm', upArrow, 'm');
		await on(/2 masters: 2 must agree, so they survive no failure/, upArrow, 'm');
		await on(/3 masters: survives 1 failure/, enter);
		// The key that is found by its name is another one.
		await on(/> ~\/\.ssh\/lab\.pem▏/, enter);
		await on(/✖ This key is not the key pair lab/, ctrlU, `${lab.folder}/no.pem`, enter);
		await on(/no\.pem does not exist/, ctrlU, `${lab.folder}/ke`, '\t');
		await on(/key\.pem▏/, enter);
		// Back and forth: all that was typed and chosen is still there.
		await on(/Are these settings right\?/, esc);
		await on(/✔ ssh-rsa key[\s\S]*This is the key pair lab/, esc);
		await on(/3 masters, 2 slaves, quorum 2/, esc);
		await on(/5 chosen of 9/, enter);
		await on(/3 masters, 2 slaves, quorum 2/, enter);
		await on(/key\.pem▏/, enter);
		terminal.resize(80, 24);
		await on(
			/▌ Go on with these/,
			downArrow,
			...Array.from({length: 15}, () => upArrow),
			enter,
			ctrlU,
			'no name!',
			enter,
		);
		await on(
			/! no name![\s\S]*✖ Cluster name: `no name!` cannot name a cluster/,
			enter,
			ctrlU,
			'prod',
			enter,
			end,
			enter,
		);
		await on(
			/Ready: \d+ checks well\.[\s\S]*✔ master-1 .*SHA256:\S{43}\n[\s\S]*Host keys: as in the EC2 console\./,
			enter,
		);
		await on(/\d+ changes on 5 hosts\. Nothing has been changed yet/, rightArrow, downArrow, rightArrow);
		await on(/▾ master-1[\s\S]*▾ common[\s\S]*@@ -/, enter);
		const panels = await on(/\d+\/\d+ steps[\s\S]*\^C stop/);
		for (const host of ['master-1', 'master-2', 'master-3', 'slave-1', 'slave-2']) expect(panels).toContain(host);
		expect(panels).not.toContain('slave-3');
		terminal.send(ctrlC);
		await on(/The installation was stopped[\s\S]*⏎ go on/, 'q');
		await isUnharmed(/The installation of prod is not finished\. mesos-setup goes on where it stopped\.\s+Log: /, 130);
	});

	test.each(['SIGTERM', 'SIGHUP'] as const)(
		'that was interrupted offers to go on; %s gives the terminal back',
		async signal => {
			await start([60, 20], 'prod');
			await on(/do with prod\?[\s\S]*▌ Go on with the installation/, enter);
			await on(/Nothing has been changed yet/, enter);
			await on(/\d+\/\d+ steps[\s\S]*\^C stop/);
			process.kill(wizard(), signal);
			await isUnharmed(/The installation of prod is not finished/, 130);
		},
	);

	test('survives a host that dies while it is installed, and ends with the proof', async () => {
		await start([120, 40], 'prod');
		await on(/▌ Go on with the installation/, enter);
		await on(/Nothing has been changed yet/, enter);
		await on(/\d+\/\d+ steps[\s\S]*slave-2[\s\S]*\^C stop/);
		// Ctrl-Z gives the terminal to the shell, fg takes it back.
		terminal.send('\u001a');
		await terminal.until(() => /Stopped/.test(terminal.screen()) && !terminal.isAlternate(), 'the shell');
		terminal.send('fg\r');
		await terminal.until(() => terminal.isAlternate() && /\^C stop/.test(terminal.screen()), 'the panels again');
		await lab.host('slave-2').kill();
		await on(/✖ slave-2 failed[\s\S]*Fix:[\s\S]*Log: [\s\S]*━ slave-2[\s\S]*─ master-1/);
		await on(/The installation did not go through[\s\S]*✖ slave-2 [\s\S]*Log: \/[\s\S]*⏎ go on/);
		await lab.host('slave-2').boot();
		terminal.send(enter);
		const proof = await on(/The cluster works: \d+ checks\.[\s\S]*Chronos {3}http:\/\/198\.18\.0\.1\d:8081\//, enter);
		expect(proof).toMatch(/✔ slave-1 {2}marathon task[^\n]*\n ✔ slave-2 {2}marathon task/);
		expect(proof).toMatch(/Installed in \d+\.\d s, proved in/);
		await on(/The page is http:\/\/198\.18\.0\.1\d:5050\//, 'n');
		// Names of the hosts for this computer: shown, and asked for where the shell was.
		await terminal.until(/Change ~\/\.ssh\/config and \/etc\/hosts of this computer\?/);
		terminal.send('n');
		await isUnharmed(/prod works: \d+ checks\.\s+Mesos {4}http[\s\S]*\+Host slave-2[\s\S]*Nothing was changed/, 0);
	});

	test('opens on its menu when started again, and grows by a slave, the others untouched', async () => {
		const journal = () => lab.host('master-1').exec('cat /var/lib/mesos-setup/journal');
		const before = (await journal()).stdout;
		await start([80, 24], 'prod');
		await on(/3 masters, 2 slaves, eu-west-1[\s\S]*▌ Add slaves /, enter);
		const offered = await on(/0 chosen of 4/, '/', 'slave-3', enter, ' ', enter);
		expect(offered).not.toContain('master-1');
		await on(/Ready: \d+ checks well/, enter);
		await on(/Add this\?[\s\S]*on 1 host\./, enter);
		await on(/The cluster works: [\s\S]*✔ slave-3 {2}marathon task/, esc);
		await on(/3 masters, 3 slaves, eu-west-1/, downArrow, downArrow, downArrow, enter);
		await on(/All is well: \d+ checks\.\n/, 'n');
		await terminal.until(/Change ~\/\.ssh\/config and \/etc\/hosts of this computer\?/);
		terminal.send('y');
		await isUnharmed(/prod: added in [\d.]+ s, \d+ changes\.\s+prod works[\s\S]*1 host, 2 changed, 0 failed/, 0);
		expect((await journal()).stdout).toBe(before);
		// From now on the hosts go by their names here, for ssh and for everybody.
		const {address} = lab.host('slave-3');
		expect(readFileSync(hostsFile, 'utf8')).toMatch(new RegExp(`^${address} slave-3 `, 'm'));
		const config = join(lab.folder, 'person', '.ssh', 'config');
		const ssh = ['ssh', '-F', config, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'];
		const {stdout} = await lab.exec([...ssh, 'slave-3', 'hostname']);
		expect(stdout).toContain(`ip-${address.replaceAll('.', '-')}.`);
	});
});

test('the same questions line by line', async () => {
	await start([80, 24], 'plain', '--plain');
	await on(/Where are the hosts of your cluster/, enter);
	// The six hosts of the other test are left out.
	const leaveOut = [' ', downArrow];
	await on(
		/> \[ \] batch-arm\s[\s\S]*\[x\] slave-4/,
		downArrow,
		...leaveOut,
		...leaveOut,
		...leaveOut,
		downArrow,
		...leaveOut,
		...leaveOut,
		' ',
	);
	await on(/\[x\] master-4[\s\S]*> \[ \] slave-3[\s\S]*\[x\] slave-4/, enter);
	await on(/Which are masters/, enter);
	await on(/Which are slaves/, enter);
	await on(/Which private key[\s\S]*lab\.pem/, enter);
	await on(/This key is not the key pair lab/, ctrlU, lab.keyFile, enter);
	await on(/Are these settings right/, enter);
	await on(/The hosts are ready/, enter);
	await on(/slave-4: \d+ changes[\s\S]*Install this/, enter);
	await on(/The cluster works\.[\s\S]*Open Mesos/, ctrlC);
	await isUnharmed(/mesos: installed in/, 0);
	expect(terminal.isAlternate()).toBe(false);
});
