import {createHash} from 'node:crypto';
import {stripVTControlCharacters} from 'node:util';
import {SetupError} from '../cluster/setup-error.ts';
import {type Account, type Ec2, openEc2} from './aws.ts';

/** Fingerprints (`SHA256:…`) of a host's ssh keys that cloud-init printed while the instance booted. */
export type ConsoleKeys = {
	/** Instance id. */
	instance: string;
	/** Empty when the console has none: too old, not cloud-init, or overwritten by later output. */
	fingerprints: string[];
};

/**
 * What the consoles of these instances say their host keys are. EC2 has the output some minutes after the boot at the
 * latest; an instance whose console cannot be read has no fingerprints. Throws a SetupError where no console can be read.
 */
export async function consoleFingerprints(instances: readonly string[], account: Account): Promise<ConsoleKeys[]> {
	const ec2 = await openEc2(account);
	try {
		const answers: ConsoleKeys[] = [];
		let problem: SetupError | undefined;
		let heard = false;
		for (const instance of instances) {
			try {
				answers.push({instance, fingerprints: await readConsole(instance, ec2)});
				heard = true;
			} catch (error) {
				if (!(error instanceof SetupError)) throw error;
				problem ??= error;
				answers.push({instance, fingerprints: []});
			}
		}
		if (problem && !heard) throw problem;
		return answers;
	} finally {
		ec2.close();
	}
}

async function readConsole(instance: string, ec2: Ec2): Promise<string[]> {
	const fingerprints = parseConsole(await output(instance, false, ec2));
	if (fingerprints.length > 0) return fingerprints;
	// Only instances on Nitro give the latest output; the others refuse.
	return parseConsole(await output(instance, true, ec2).catch(() => ''));
}

async function output(instance: string, latest: boolean, ec2: Ec2): Promise<string> {
	const {GetConsoleOutputCommand} = await import('./aws-sdk.ts');
	const {Output = ''} = await ec2.ask('GetConsoleOutput', (client, options) =>
		client.send(new GetConsoleOutputCommand({InstanceId: instance, ...(latest ? {Latest: true} : {})}), options),
	);
	return Buffer.from(Output, 'base64').toString('utf8');
}

/**
 * The fingerprints in the output of a console: of the two blocks that cloud-init prints, `SSH HOST KEY FINGERPRINTS` and
 * `SSH HOST KEY KEYS`, and of these the last of each kind, for a host may have booted more than once. Other programs write
 * to the console at the same time, so lines that are no key are passed over.
 */
export function parseConsole(text: string): string[] {
	const lines = stripVTControlCharacters(text).split(/[\r\n]+/);
	const shown = lastBlock(lines, 'FINGERPRINTS').flatMap(
		line => /\bSHA256:[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])/.exec(line)?.[0] ?? [],
	);
	const keys = lastBlock(lines, 'KEYS').flatMap(line => keyFingerprint(line) ?? []);
	return [...new Set([...shown, ...keys])];
}

/** A block whose end was lost ends with the output. */
function lastBlock(lines: readonly string[], kind: 'FINGERPRINTS' | 'KEYS'): string[] {
	const start = lines.findLastIndex(line => line.includes(`BEGIN SSH HOST KEY ${kind}`));
	if (start === -1) return [];
	const rest = lines.slice(start + 1);
	const end = rest.findIndex(line => /-----(END|BEGIN) SSH HOST KEY/.test(line));
	return end === -1 ? rest : rest.slice(0, end);
}

function keyFingerprint(line: string): string | undefined {
	const match = /\b((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+) (AAAA[A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(line);
	const [, type = '', encoded = ''] = match ?? [];
	const blob = Buffer.from(encoded, 'base64');
	// A line that was cut or mixed with another is no key; a key begins with the length and name of its type.
	if (!match || !isWhole(blob) || blob.subarray(4, 4 + type.length).toString('latin1') !== type) return undefined;
	return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Whether the fields, each behind its length, fill the blob exactly. */
function isWhole(blob: Buffer): boolean {
	let at = 0;
	while (at + 4 <= blob.length) at += 4 + blob.readUInt32BE(at);
	return blob.length > 0 && at === blob.length;
}
