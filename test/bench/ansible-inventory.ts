import {amazonLinux2023} from '../../source/sources/platforms/amazon-linux-2023.ts';
import {repository} from '../../source/steps/repository.ts';
import type {Step} from '../../source/steps/step.ts';
import type {Lab} from '../lab/lab.ts';
import type {BenchStep, BenchSteps} from './compiled-steps.ts';

const roles = ['common', 'docker', 'zookeeper', 'mesos-master', 'mesos-agent', 'marathon', 'chronos'];

/** `src` is a file of this machine with the content. */
type File = {path: string; src: string; mode: string; owner: string; group: string};
type Folder = {path: string; mode?: string; owner?: string; group?: string};
/** What the playbook knows of one role on one host. */
type Vars = {
	directories: Folder[];
	files: File[];
	symlinks: {path: string; target: string}[];
	blocks: {path: string; marker: string; lines: string[]}[];
	packages: string[];
	repositories: {id: string; src: string}[];
	users: {home: string; shell: string}[];
	archives: {url: string; path: string}[];
	images: string[];
	services: string[];
};

/** Those of the wanted packages that are packages on the host: a command may have come from elsewhere. */
export type Installed = (names: string[]) => Promise<string[]>;

function defined<T extends object>(value: T): {[K in keyof T]: Exclude<T[K], undefined>} {
	return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}

/** A repository's file is the one thing a step does not spell out: it is read back from the script that writes it. */
function repositoryContent(step: Extract<Step, {kind: 'repository'}>): string {
	const [, encoded = ''] =
		/printf %s '([^']+)' \| base64 -d/.exec(repository(step, amazonLinux2023.system).apply) ?? [];
	return Buffer.from(encoded, 'base64').toString();
}

/** Keeps a content as a file; a playbook that carried it as text would read JSON as data and write it anew. */
export type Keep = (content: string | Uint8Array) => Promise<string>;

async function varsOf(steps: readonly BenchStep[], installed: Installed, keep: Keep): Promise<Vars> {
	const vars: Vars = {
		directories: [],
		files: [],
		symlinks: [],
		blocks: [],
		packages: [],
		repositories: [],
		users: [],
		archives: [],
		images: [],
		services: [],
	};
	for (const {step} of steps) {
		switch (step.kind) {
			case 'file': {
				const {path, content, mode = '644', owner = 'root', group = 'root'} = step;
				vars.files.push({path, src: await keep(content), mode, owner, group});
				break;
			}
			case 'directory': {
				const {path, mode, owner, group} = step;
				vars.directories.push(defined({path, mode, owner, group}) as Folder);
				break;
			}
			case 'archive':
				vars.archives.push({url: step.url, path: step.directory});
				vars.directories.push({path: step.directory});
				vars.symlinks.push({path: step.link, target: step.directory});
				break;
			case 'symlink':
				vars.symlinks.push({path: step.path, target: step.target});
				break;
			case 'block':
				vars.blocks.push(step);
				break;
			case 'package':
				vars.packages.push(...(await installed(step.names.map(({name}) => name))));
				break;
			case 'repository':
				vars.repositories.push({id: step.id, src: await keep(repositoryContent(step))});
				break;
			case 'user':
				if (step.home && step.shell) vars.users.push({home: step.home, shell: step.shell});
				break;
			case 'image':
				vars.images.push(step.digest ? `${step.ref.replace(/:[^:/]*$/, '')}@${step.digest}` : step.ref);
				break;
			case 'service':
				vars.services.push(step.unit);
				break;
			case 'group':
			case 'absent':
			case 'command':
				break;
		}
	}
	return vars;
}

/** Inventory (YAML reads JSON) of the lab's hosts with everything the playbook needs to know. */
export async function inventory(lab: Lab, steps: BenchSteps, keep: Keep): Promise<string> {
	const hosts: Record<string, object> = {};
	for (const host of lab.hosts) {
		const installed: Installed = async names => {
			const {stdout} = await host.exec(`rpm -q --qf '%{NAME}\\n' ${names.join(' ')} || true`);
			const found = stdout.split('\n');
			return names.filter(name => found.includes(name));
		};
		const own = steps[host.name] ?? [];
		const entries = roles.map(async role => {
			const vars = await varsOf(
				own.filter(step => step.role === role),
				installed,
				keep,
			);
			return [role.replace('-', '_'), vars] as const;
		});
		hosts[host.name] = {ansible_host: host.address, ...Object.fromEntries(await Promise.all(entries))};
	}
	const group = (role: string) => ({
		hosts: Object.fromEntries(Object.keys(hosts).flatMap(name => (name.startsWith(role) ? [[name, {}]] : []))),
	});
	return JSON.stringify({
		all: {
			hosts,
			vars: {
				ansible_user: 'ec2-user',
				ansible_ssh_private_key_file: lab.keyFile,
				ansible_ssh_common_args:
					'-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR',
				ansible_python_interpreter: '/usr/bin/python3',
			},
			children: {masters: group('master-'), slaves: group('slave-')},
		},
	});
}
