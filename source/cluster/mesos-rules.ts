import {mesosFlags} from './mesos-flags.ts';
import type {Flags, HostMesos} from './model.ts';
import {closest, type Path, type Problem} from './schema-problems.ts';
import {fitsOneLine, quote} from './text.ts';

/** Flags the tool sets itself, with the place in the cluster file that decides them. */
const ownFlags: Record<'master' | 'agent', Record<string, string>> = {
	master: {
		zk: 'the list of masters',
		quorum: 'the number of masters',
		cluster: 'name',
		ip: 'private_ip',
		ip_discovery_command: 'private_ip',
		advertise_ip: 'private_ip',
		hostname: 'private_ip',
		hostname_lookup: 'private_ip',
		port: 'the fixed port 5050',
		advertise_port: 'the fixed port 5050',
		work_dir: 'the fixed folder /var/lib/mesos',
		master_contender: 'the list of masters',
		master_detector: 'the list of masters',
		help: 'nothing: the daemon would print it and exit',
		version: 'nothing: the daemon would print it and exit',
	},
	agent: {
		master: 'the list of masters',
		master_detector: 'the list of masters',
		ip: 'private_ip',
		ip_discovery_command: 'private_ip',
		advertise_ip: 'private_ip',
		hostname: 'private_ip',
		hostname_lookup: 'private_ip',
		port: 'the fixed port 5051',
		advertise_port: 'the fixed port 5051',
		work_dir: 'the fixed folder /var/lib/mesos',
		attributes: 'mesos.attributes',
		resources: 'mesos.port_ranges',
		help: 'nothing: the daemon would print it and exit',
		version: 'nothing: the daemon would print it and exit',
	},
};

/** Bytes; a kernel gives a program no argument beyond 128 KiB. */
const longest = 60_000;

function tooLong(what: string): Omit<Problem, 'path'> {
	return {
		cause: `${what} is longer than ${longest} bytes, which no command line takes.`,
		fix: 'Shorten it; most flags that hold much also take the name of a file on the host, as file:///PATH.',
	};
}

function flagProblem(
	daemon: 'master' | 'agent',
	name: string,
	value: string | boolean,
): Omit<Problem, 'path'> | undefined {
	const {values, switches} = mesosFlags[daemon];
	const owner = Object.hasOwn(ownFlags[daemon], name) ? ownFlags[daemon][name] : undefined;
	if (owner) {
		return {cause: `the flag ${name} is set by the tool, from ${owner}.`, fix: 'Leave it out here.'};
	}
	if (switches.has(name)) {
		if (typeof value === 'boolean' || value === 'true' || value === 'false') return undefined;
		return {cause: `the flag ${name} is a switch, ${quote(value)} is no value for it.`, fix: 'Use true or false.'};
	}
	if (values.has(name)) {
		if (typeof value === 'boolean') {
			return {cause: `the flag ${name} takes a value, not ${value}.`, fix: 'Give the value, in quotes.'};
		}
		if (Buffer.byteLength(value) > longest) return tooLong(`the flag ${name}`);
		if (fitsOneLine(value)) return undefined;
		return {
			cause: `the flag ${name} holds a line end or a NUL, which Mesos cannot read.`,
			fix: 'Write it on one line.',
		};
	}
	const meant = closest(name.replace(/^(--)?(no-)?/, ''), [...values, ...switches]);
	return {
		cause: `mesos-${daemon} has no flag ${quote(name)}.`,
		fix: meant ? `Did you mean ${meant}?` : `See the list that mesos-${daemon} --help prints.`,
	};
}

function matching(text: string, open: string, close: string): boolean {
	let depth = 0;
	for (const character of text) {
		if (character === open) depth++;
		if (character === close && --depth < 0) return false;
	}
	return depth === 0;
}

/** Why Mesos, which also knows ranges and sets, would end itself over this value; it takes the blanks out first. */
function unparsable(value: string): string | undefined {
	const text = value.replaceAll(' ', '');
	if (
		![
			['{', '}'],
			['[', ']'],
			['(', ')'],
		].every(([open = '', close = '']) => matching(text, open, close))
	) {
		return 'its brackets do not match';
	}
	if (text.includes('{')) return 'it knows no sets as attributes, and takes a brace for the start of one';
	if (!text.includes('[')) return undefined;
	const numbers = text.split(/[[\],-]/).filter(Boolean);
	const ranges = text.startsWith('[') && numbers.length % 2 === 0 && numbers.every(number => /^\d{1,19}$/.test(number));
	return ranges ? undefined : 'it takes a bracket for the start of ranges such as [1-2, 5-9]';
}

function attributeProblem(key: string, value: string): Omit<Problem, 'path'> | undefined {
	if (key === 'id') {
		return {
			cause: "the attribute id is set by the tool: it is the slave's name.",
			fix: 'Leave it out or use another key.',
		};
	}
	if (key.trim() === '' || /[;:]/.test(key) || !fitsOneLine(key)) {
		return {
			cause: `${quote(key)} cannot be the key of an attribute.`,
			fix: 'Use a key without colon, semicolon and line end.',
		};
	}
	if (value.trim() === '' || value.includes(';') || !fitsOneLine(value)) {
		return {
			cause: `Mesos cannot take ${quote(value)} as the value of an attribute.`,
			fix: 'Use a value that is not empty and has neither semicolon nor line end.',
		};
	}
	const why = unparsable(value);
	if (!why) return undefined;
	return {cause: `Mesos cannot take ${quote(value)} as the value of an attribute: ${why}.`, fix: 'Change it.'};
}

/** What Mesos could not read, or the tool decides, in the attributes and flags at `path`. */
export function mesosProblems(path: Path, mesos: HostMesos): Problem[] {
	const problems: Problem[] = [];
	const check = (
		part: keyof HostMesos,
		entries: Flags,
		judge: (key: string, value: string | boolean) => Omit<Problem, 'path'> | undefined,
	) => {
		for (const [key, value] of Object.entries(entries)) {
			const problem = judge(key, value);
			if (problem) problems.push({path: [...path, part, key], ...problem});
		}
	};
	if (Buffer.byteLength(Object.entries(mesos.attributes).join()) > longest) {
		problems.push({path: [...path, 'attributes'], ...tooLong('all of it together')});
	}
	check('attributes', mesos.attributes, (key, value) => attributeProblem(key, String(value)));
	check('master_flags', mesos.master_flags, (key, value) => flagProblem('master', key, value));
	check('agent_flags', mesos.agent_flags, (key, value) => flagProblem('agent', key, value));
	return problems;
}
