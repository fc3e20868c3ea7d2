import {absent} from './absent.ts';
import {archive} from './archive.ts';
import {block} from './block.ts';
import {command} from './command.ts';
import type {CompiledStep} from './compiled-step.ts';
import {directory} from './directory.ts';
import {file} from './file.ts';
import {group} from './group.ts';
import {image} from './image.ts';
import {packages} from './package.ts';
import {packagesGone} from './packages-gone.ts';
import {repository} from './repository.ts';
import type {Script} from './script.ts';
import {released, service, stopped} from './service.ts';
import type {Step} from './step.ts';
import {symlink} from './symlink.ts';
import type {System} from './system.ts';
import {user} from './user.ts';

/** `timeout` in milliseconds, for steps without one of their own. */
export type Defaults = {timeout: number; system: System};

/**
 * The step as shell text. Pure: knows nothing of the host but what its packages and services are handled with.
 * @throws SetupError (exit 2) where a name, path or address cannot be used on any host
 */
export function compile(step: Step, defaults: Defaults): CompiledStep {
	const timeout = step.timeout ?? defaults.timeout;
	const script = compileKind(step, defaults.system, timeout);
	const secret = step.secret ?? false;
	return {
		title: step.title,
		check: script.check,
		apply: script.apply,
		show: secret ? undefined : script.show,
		timeout,
		kill: script.kill ?? true,
		secret,
		live: (script.live ?? false) && !secret,
		state: script.state,
	};
}

function compileKind(step: Step, system: System, timeout: number): Script {
	switch (step.kind) {
		case 'file':
			return file(step);
		case 'directory':
			return directory(step);
		case 'symlink':
			return symlink(step);
		case 'absent':
			return absent(step);
		case 'group':
			return group(step);
		case 'user':
			return user(step);
		case 'block':
			return block(step);
		case 'package':
			return packages(step, system, timeout);
		case 'packages-gone':
			return packagesGone(step, system);
		case 'repository':
			return repository(step, system);
		case 'archive':
			return archive(step);
		case 'image':
			return image(step);
		case 'service':
			return service(step, system);
		case 'stopped':
			return stopped(step, system);
		case 'released':
			return released(step, system);
		case 'command':
			return command(step);
	}
}
