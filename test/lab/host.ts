import {spawn} from 'node:child_process';
import {closeSync, openSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {ControlGroup} from './control-group.ts';
import {bridge, insideNetwork} from './network.ts';
import {waitUntil} from './processes.ts';
import type {LabState} from './state.ts';

/** Result of a command; a command that fails does not throw unless asked to. */
export type ExecResult = {exitCode?: number; stdout: string; stderr: string; failed: boolean; timedOut: boolean};
export type ExecOptions = {
	input?: string;
	/** Milliseconds. */
	timeout?: number;
	env?: Record<string, string>;
	cwd?: string;
	stdio?: 'inherit' | 'pipe';
	cancelSignal?: AbortSignal;
};

const bootMilliseconds = 120_000;

/** Below a host's control group: what starts systemd-nspawn, and systemd-nspawn with all it carries. */
const power = 'power';
const machine = 'machine';

/** A host that reboots makes systemd-nspawn end with 133 and expect to be started again. */
const powerSwitch = `
	echo $$ >"$0/${power}/cgroup.procs" || exit
	while
		sh -c 'echo $$ >"$0/${machine}/cgroup.procs" && exec "$@"' "$0" "$@"
		[ $? = 133 ]
	do :; done
`;

/** One host of a lab, seen from outside: power switch and root shell. */
export class LabHost {
	readonly name: string;
	readonly address: string;
	readonly folder: string;
	readonly #machine: string;
	readonly #state: LabState;
	readonly #group: ControlGroup;

	constructor(state: LabState, host: LabState['hosts'][number]) {
		this.name = host.name;
		this.address = host.address;
		this.folder = join(state.folder, 'hosts', host.name);
		this.#machine = host.machine;
		this.#state = state;
		this.#group = new ControlGroup(`${state.namespace}/${host.name}`);
	}

	get running(): boolean {
		return this.#group.alive;
	}

	/** Running, and systemd-nspawn with it: a host that lost it still works but cannot reboot. */
	get intact(): boolean {
		return this.pid !== undefined && this.leader !== undefined;
	}

	/** The host's init, as this machine numbers it. */
	get leader(): number | undefined {
		return this.#group.processes(`${machine}/payload/init.scope`)[0] ?? this.#group.processes(`${machine}/payload`)[0];
	}

	/** The systemd-nspawn that carries the host. */
	get pid(): number | undefined {
		return this.#group.processes(`${machine}/supervisor`)[0];
	}

	/** Runs an argv, or a script for sh, as root inside the host without going through ssh. */
	async exec(command: readonly string[] | string, options: ExecOptions = {}): Promise<ExecResult> {
		const leader = this.leader;
		if (leader === undefined) throw new Error(`${this.name} is not running.`);
		const argv = typeof command === 'string' ? ['sh', '-c', command] : command;
		const namespaces = ['--target', `${leader}`, '--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
		// Root from outside could set the clock, which is the machine's; the host's own root cannot.
		return execa('setpriv', ['--bounding-set', '-sys_time', 'nsenter', ...namespaces, '--', ...argv], {
			...options,
			env: {
				PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin',
				HOME: '/root',
				LC_ALL: 'C.UTF-8',
				...options.env,
			},
			extendEnv: false,
			reject: false,
		}) as Promise<ExecResult>;
	}

	/** Whether its user can log in now. */
	async answers(): Promise<boolean> {
		const [file = '', ...args] = insideNetwork(
			this.#state.namespace,
			this.sshCommand(['-o', 'BatchMode=yes'], ['true']),
		);
		return (await execa(file, args, {reject: false, stdin: 'ignore', timeout: 10_000})).exitCode === 0;
	}

	/** The ssh command line for this host, to be run inside the lab's network. */
	sshCommand(options: readonly string[], command: readonly string[]): string[] {
		const trust = ['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
		const key = ['-F', 'none', '-i', this.#state.key, '-o', 'IdentitiesOnly=yes', '-o', 'ConnectTimeout=5'];
		return ['ssh', ...key, ...trust, ...options, `${this.#state.user}@${this.address}`, ...command];
	}

	/** Switches the host on and waits until its user can log in. */
	async boot(): Promise<void> {
		this.start();
		// After a kill the kernel needs a moment to drop the old network device, and nspawn then gives up at once.
		let restarts = 5;
		const ready = async () => {
			if (!this.running && restarts-- > 0) this.start();
			return this.running && (await this.answers());
		};
		await waitUntil(ready, bootMilliseconds, '').catch(async () => {
			const log = (await readFile(join(this.folder, 'console.log'), 'utf8')).trim().split('\n').slice(-15).join('\n');
			throw new Error(
				`${this.name} (${this.address}) did not let ${this.#state.user} log in within 2 minutes. Its console:\n${log}`,
			);
		});
	}

	/** Switches the host on without waiting. */
	start(): void {
		for (const group of [power, machine]) new ControlGroup(`${this.#state.namespace}/${this.name}/${group}`).create();
		const nspawn = [
			...['systemd-nspawn', '--quiet', '--boot', '--settings=no', `--machine=${this.#machine}`],
			...[`--directory=${join(this.folder, 'root')}`, `--bind=${join(this.folder, 'docker')}:/var/lib/docker`],
			...['--register=no', '--keep-unit', '--link-journal=no', '--console=read-only', '--resolv-conf=off'],
			...['--timezone=off', `--network-bridge=${bridge}`, '--system-call-filter=@keyring bpf'],
			...['--capability=all', '--drop-capability=CAP_SYS_TIME'],
		];
		const log = openSync(join(this.folder, 'console.log'), 'a');
		spawn('sh', ['-c', powerSwitch, this.#group.folder, ...insideNetwork(this.#state.namespace, nspawn)], {
			detached: true,
			stdio: ['ignore', log, log],
			env: {PATH: process.env.PATH, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1'},
		}).unref();
		closeSync(log);
	}

	/** Shuts the host down cleanly; one that does not end within a minute is killed. */
	async stop(): Promise<void> {
		if (this.running) await this.exec(['systemctl', 'poweroff']);
		await waitUntil(() => !this.running, 60_000, '').catch(() => undefined);
		await this.kill();
	}

	/** Cuts the power: SIGKILL to everything at once. What the host wrote so far stays. */
	async kill(): Promise<void> {
		await this.#group.kill();
	}

	/** Stops every process of the host where it is; its kernel still accepts connections. */
	freeze(): void {
		this.#group.freeze(true);
	}

	thaw(): void {
		this.#group.freeze(false);
	}
}
