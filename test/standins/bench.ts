import {type ChildProcess, spawn} from 'node:child_process';
import {randomInt} from 'node:crypto';
import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {execa} from 'execa';
import {buildArtifacts} from '../lab/mirror/artifacts.ts';

/** A program under test: its output so far, and how it ended. */
export type Running = {
	pid: number;
	output: () => string;
	/** Exit code, or the signal's name. */
	ended: Promise<number | string>;
	kill: (signal: NodeJS.Signals) => void;
};

/** Answer to an HTTP request that is never redirected. */
export type Answer = {status: number; location: string | null; body: string};

/**
 * The artifacts' real ZooKeeper and the Mesos stand-ins on loopback addresses of this test's own. Sessions last 2 s
 * instead of Mesos's 10 s, by its own flag, so that a fail-over takes seconds.
 */
export class Bench {
	readonly folder: string;
	readonly #net = `127.${randomInt(10, 250)}.${randomInt(1, 250)}`;
	readonly #running: Running[] = [];
	#mesos = '';
	#zookeeper = '';

	private constructor(folder: string) {
		this.folder = folder;
	}

	static async prepare(): Promise<Bench> {
		const bench = new Bench(await mkdtemp(join(tmpdir(), 'standins-')));
		const {web} = await buildArtifacts(() => {});
		for (const archive of await readdir(join(web, 'archives'))) {
			if (archive.endsWith('.tar.gz')) await execa('tar', ['-xzf', join(web, 'archives', archive), '-C', bench.folder]);
		}
		bench.#mesos = join(bench.folder, 'mesos-1.11.0');
		bench.#zookeeper = join(bench.folder, 'apache-zookeeper-3.8.0-bin');
		return bench;
	}

	async clear(): Promise<void> {
		for (const {kill} of this.#running) kill('SIGKILL');
		await Promise.all(this.#running.map(({ended}) => ended));
		await rm(this.folder, {recursive: true, force: true});
	}

	/** An address of this bench's own; 1 to 9 are ZooKeeper's and the masters'. */
	address(number: number): string {
		return `${this.#net}.${number}`;
	}

	/** @param path below the ensemble's root, e.g. `mesos` */
	zk(path: string): string {
		return `zk://${[1, 2, 3].map(number => `${this.address(number)}:2181`).join(',')}/${path}`;
	}

	async startZookeeper(): Promise<Running[]> {
		const servers = [1, 2, 3].map(number => `server.${number}=${this.address(number)}:2888:3888`);
		const started: Running[] = [];
		for (const number of [1, 2, 3]) {
			const data = join(this.folder, `zookeeper-${number}`);
			await mkdir(data);
			await writeFile(join(data, 'myid'), `${number}`);
			const settings = ['tickTime=500', 'initLimit=20', 'syncLimit=10', `dataDir=${data}`, 'clientPort=2181'];
			const own = [`clientPortAddress=${this.address(number)}`, 'admin.enableServer=false', ...servers];
			await writeFile(join(data, 'zoo.cfg'), [...settings, ...own, ''].join('\n'));
			started.push(this.zookeeper(number));
		}
		return started;
	}

	/** Starts one member, again too, with the data it has. */
	zookeeper(number: number): Running {
		const script = join(this.#zookeeper, 'bin', 'zkServer.sh');
		const data = join(this.folder, `zookeeper-${number}`);
		return this.run([script, '--config', data, 'start-foreground'], {SERVER_JVMFLAGS: '-Xmx128m'});
	}

	master(number: number, quorum: number, ...flags: string[]): Running {
		const address = this.address(number);
		return this.program('mesos-master', [
			...[`--ip=${address}`, `--hostname=${address}`, `--work_dir=${join(this.folder, `master-${number}`)}`],
			...[`--zk=${this.zk('mesos')}`, `--quorum=${quorum}`, '--zk_session_timeout=2secs', ...flags],
		]);
	}

	agent(number: number, attribute: string, ...flags: string[]): Running {
		const address = this.address(number);
		return this.program('mesos-agent', [
			...[`--ip=${address}`, `--hostname=${address}`, `--work_dir=${join(this.folder, `agent-${number}`)}`],
			...[`--master=${this.zk('mesos')}`, `--attributes=id:${attribute}`, '--resources=cpus:2;mem:1024;disk:4096'],
			...['--no-systemd_enable_support', '--launcher=posix', '--zk_session_timeout=2secs', ...flags],
		]);
	}

	/** @param build the agent's: `apache` needs cgroup v1, `cgroup2` takes v2 too */
	program(name: 'mesos-master' | 'mesos-agent', flags: string[], build?: 'apache'): Running {
		const program = join(this.#mesos, 'sbin', name);
		if (name === 'mesos-master') return this.run([program, ...flags]);
		// The agent sees cgroup v2 alone, as on a host of the lab, whatever this machine has mounted.
		const cover = 'mount -t cgroup2 cgroup2 /sys/fs/cgroup';
		const other = `echo apache >${this.folder}/apache; mount --bind ${this.folder}/apache ${this.#mesos}/libexec/mesos/standin/BUILD`;
		const script = `${cover}; ${build ? `${other}; ` : ''}exec "$@"`;
		return this.run(['unshare', '--mount', 'sh', '-ec', script, 'sh', program, ...flags]);
	}

	/** A framework's stand-in from the checkout, with the ZooKeeper client of the Mesos archive. */
	framework(name: 'marathon' | 'chronos', flags: string[], env: Record<string, string>): Running {
		const path = [import.meta.dirname, join(this.#mesos, 'libexec/mesos/standin/vendor')].join(':');
		const start = `import sys; from ${name}_standin.program import main; main(sys.argv[1:])`;
		return this.run(['python3', '-c', start, ...flags], {PYTHONPATH: path, PYTHONDONTWRITEBYTECODE: '1', ...env});
	}

	run([file = '', ...args]: string[], env: Record<string, string> = {}): Running {
		const child = spawn(file, args, {env: {PATH: process.env.PATH, ...env}, stdio: ['ignore', 'pipe', 'pipe']});
		const running = follow(child);
		this.#running.push(running);
		return running;
	}
}

function follow(child: ChildProcess): Running {
	let output = '';
	for (const stream of [child.stdout, child.stderr])
		stream?.on('data', (data: Buffer) => {
			output += data.toString();
		});
	const ended = new Promise<number | string>(resolve => {
		child.once('close', (code, signal) => resolve(code ?? signal ?? ''));
		child.once('error', error => resolve(error.message));
	});
	return {pid: child.pid ?? 0, output: () => output, ended, kill: signal => void child.kill(signal)};
}

/** One request without following redirects; undefined when nobody answers. */
export async function ask(address: string, path: string, call?: object, method?: string): Promise<Answer | undefined> {
	try {
		const response = await fetch(`http://${address}${path}`, {
			redirect: 'manual',
			signal: AbortSignal.timeout(3_000),
			...(call && {method: 'POST', body: JSON.stringify(call), headers: {'content-type': 'application/json'}}),
			...(method && {method}),
		});
		return {status: response.status, location: response.headers.get('location'), body: await response.text()};
	} catch {
		return undefined;
	}
}

/** Waits for a truthy answer. @param timeout milliseconds */
export async function until<T>(
	what: string,
	question: () => Promise<T> | T,
	timeout = 20_000,
): Promise<Exclude<NonNullable<T>, false>> {
	const deadline = Date.now() + timeout;
	for (;;) {
		const answer = await question();
		if (answer) return answer as Exclude<NonNullable<T>, false>;
		if (Date.now() > deadline) throw new Error(`Not within ${timeout / 1_000} s: ${what}`);
		await pause(50);
	}
}
