import {createHash} from 'node:crypto';
import {chmodSync, existsSync, readdirSync, statSync} from 'node:fs';
import {homedir} from 'node:os';
import {join, resolve} from 'node:path';
import {SetupError} from '../cluster/setup-error.ts';
import type {LocalKey} from '../discovery/key-match.ts';
import {readPrivateKey} from '../remote/private-key.ts';
import type {KeyTrouble, KeyVerdict} from '../wizard/state.ts';

/** A path as people type it, as the system wants it. */
export function expand(path: string, home = homedir()): string {
	return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(path);
}

/** The way back: paths below home begin with `~` again, so that they stay true on another computer. */
export function shorten(path: string, home = homedir()): string {
	return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** Key files that exist, the likeliest first: the key pair's own, then those that ssh uses unasked. */
export function proposeKeys(keyNames: readonly string[], home = homedir()): string[] {
	const named = keyNames.flatMap(name => [`~/.ssh/${name}.pem`, `~/.ssh/${name}`, `./${name}.pem`]);
	const usual = ['./key.pem', '~/.ssh/id_ed25519', '~/.ssh/id_ecdsa', '~/.ssh/id_rsa'];
	return [...named, ...usual].filter(path => existsSync(expand(path, home)));
}

/** The path as far as it is certain, and what it could become; as a shell's Tab. */
export function completePath(text: string, home = homedir()): {text: string; choices: string[]} {
	const typed = text === '~' ? '~/' : text;
	const cut = typed.lastIndexOf('/') + 1;
	const folder = typed.slice(0, cut);
	const start = typed.slice(cut);
	const path = expand(folder === '' ? '.' : folder, home);
	let names: string[];
	try {
		names = readdirSync(path, {withFileTypes: true})
			.filter(({name}) => name.startsWith(start) && (start.startsWith('.') || !name.startsWith('.')))
			.map(entry => (isFolder(join(path, entry.name)) ? `${entry.name}/` : entry.name))
			.sort();
	} catch {
		names = [];
	}
	const common = names.reduce((shared, name) => {
		let length = 0;
		while (length < shared.length && shared[length] === name[length]) length++;
		return shared.slice(0, length);
	}, names[0] ?? start);
	return {text: folder + common, choices: names.length > 1 ? names : []};
}

function isFolder(path: string): boolean {
	return statSync(path, {throwIfNoEntry: false})?.isDirectory() ?? false;
}

export function protectKey(path: string): void {
	chmodSync(expand(path), 0o600);
}

export type CheckedKey = {verdict: KeyVerdict; key: LocalKey | undefined};

/** Reads a key without connecting anywhere. What the person can answer on the spot is marked. */
export async function checkKeyFile(path: string, passphrase: string | undefined): Promise<CheckedKey | KeyTrouble> {
	if (path === '') {
		return {verdict: {path, description: 'ssh-agent and ~/.ssh/config decide', match: undefined}, key: undefined};
	}
	const file = expand(path);
	let encrypted = false;
	try {
		const {MESOS_SETUP_KEY_PASSPHRASE: given, ...rest} = process.env;
		const env = passphrase === undefined ? {...rest, MESOS_SETUP_KEY_PASSPHRASE: given} : rest;
		const askPassphrase = async () => {
			encrypted = true;
			return passphrase ?? '';
		};
		const {parsed} = await readPrivateKey(file, {env, askPassphrase});
		const fingerprint = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replace(/=+$/, '');
		return {
			verdict: {path: shorten(file), description: `${parsed.type} key SHA256:${fingerprint}`, match: undefined},
			key: parsed,
		};
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		// The path is in the sentence, or where the person has just typed it.
		const problem = {cause: error.reason, fix: error.fix};
		if (encrypted) return {problem, mend: 'passphrase'};
		return error.fix.startsWith('Run: chmod') ? {problem, mend: 'permissions'} : {problem};
	}
}
