import {createReadStream} from 'node:fs';
import {pipeline} from 'node:stream/promises';
import {SetupError} from '../../cluster/setup-error.ts';
import type {Pipe} from '../../remote/pipe.ts';
import type {Session} from '../../remote/session.ts';
import {artifactFolder, artifactPath} from '../../steps/artifact.ts';
import {quote} from '../../steps/quote.ts';
import type {Artifact} from '../../steps/step.ts';

/** Milliseconds without a byte after which the way to a host counts as dead. */
const patience = 60_000;

/** The first line a script prints, and what it prints in all until its end. */
export function listen({stdout, stderr, closed}: Pipe): {first: Promise<string>; all: Promise<string>} {
	const first = Promise.withResolvers<string>();
	let text = '';
	let complaint = '';
	stdout.on('data', (chunk: Buffer) => {
		text += chunk.toString('utf8');
		const end = text.indexOf('\n');
		if (end !== -1) first.resolve(text.slice(0, end));
	});
	stderr.on('data', (chunk: Buffer) => {
		complaint = `${complaint}${chunk.toString('utf8')}`.slice(-2000);
	});
	const all = closed.then(() => {
		first.resolve('');
		return text === '' ? complaint : text;
	});
	return {first: first.promise, all};
}

/** What both ways of sending have in common: variables, and the comparison at the end. Prints one word as its last line. */
function frame({bytes, ...file}: Artifact, body: string): string {
	return `
umask 077
mkdir -p ${artifactFolder} || { echo 'folder cannot be made'; exit; }
final=${quote(artifactPath(file))}
part=$final.part
size() { stat -c %s -- "$part" 2>/dev/null || echo 0; }
if [ -f "$final" ]; then echo whole; exit; fi
if [ "$(size)" -gt ${bytes} ]; then rm -f -- "$part"; fi
${body}
now=$(size)
if [ "$now" -lt ${bytes} ]; then echo short "$now"; exit; fi
sum=$(sha256sum <"$part")
if [ "\${sum%% *}" != ${file.sha256} ]; then rm -f -- "$part"; echo wrong; exit; fi
sync -- "$part"
mv -f -- "$part" "$final" && echo whole`;
}

function problem(session: Session, {name}: Artifact, word: string): SetupError {
	const cause = /^wrong/.test(word)
		? `${name} of the bundle arrived with other content than its checksum says, twice.`
		: /No space|disk/i.test(word)
			? `${name} of the bundle does not fit on the disk of the host (${artifactFolder}).`
			: `${name} of the bundle did not arrive (${word.trim().slice(-200) || 'the connection ended'}).`;
	const fix = /^wrong/.test(word)
		? 'Run "mesos-setup bundle show FOLDER": it compares the files here with their checksums.'
		: 'Mend that and run the same command again: it goes on where it was cut off.';
	return new SetupError({host: session.host, cause, fix, exitCode: 1});
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

/** The word it ended with, and how much was sent. */
async function attempt(session: Session, file: Artifact, signal: AbortSignal): Promise<{word: string; bytes: number}> {
	const pipe = await session.open(
		frame(file, 'echo "from $(size)"\ncat >>"$part" || { echo "the disk of the host cannot be written to"; exit; }'),
	);
	const {first, all} = listen(pipe);
	const [word, from] = (await first).split(' ');
	if (word !== 'from') return {word: lastLine(await all), bytes: 0};
	let bytes = 0;
	let last = Date.now();
	const stalled = new AbortController();
	const watch = setInterval(() => {
		if (Date.now() - last > patience) stalled.abort(new Error('no progress for a minute'));
	}, 5000);
	try {
		const source = createReadStream(file.from, {start: Number(from), highWaterMark: 256 * 1024});
		source.on('data', chunk => {
			bytes += chunk.length;
			last = Date.now();
		});
		await pipeline(source, pipe.stdin, {signal: AbortSignal.any([signal, stalled.signal])});
	} catch (error) {
		pipe.destroy();
		signal.throwIfAborted();
		return {word: error instanceof Error ? error.message : String(error), bytes};
	} finally {
		clearInterval(watch);
	}
	return {word: lastLine(await all), bytes};
}

/**
 * Sends a file of this computer to the host, from where an earlier attempt was cut off, and compares it there with its checksum.
 * Resolves with the bytes that went out. Rejects with a SetupError, or with the signal's reason.
 */
export async function send(session: Session, file: Artifact, signal: AbortSignal): Promise<number> {
	const first = await attempt(session, file, signal);
	if (first.word === 'whole') return first.bytes;
	// What an earlier run left may be of another file: once more from the start.
	const second = first.word === 'wrong' ? await attempt(session, file, signal) : first;
	if (second.word !== 'whole') throw problem(session, file, second.word);
	return first.bytes + second.bytes;
}

/** Where a host gives out its files. */
export type Depot = {host: string; url: string; close(): void};

/** Has the host fetch a file from another one. Resolves with what stood in the way, or undefined. */
export async function fetchFrom(session: Session, file: Artifact, depot: Depot): Promise<string | undefined> {
	const url = `${depot.url}/${artifactPath(file).slice(artifactFolder.length + 1)}`;
	const body = `
command -v curl >/dev/null 2>&1 || { echo 'it has no curl'; exit; }
if [ "$(size)" -lt ${file.bytes} ]; then
	curl --silent --show-error --fail --noproxy '*' --connect-timeout 5 --speed-limit 1000 --speed-time 30 --retry 2 \\
		-C - -o "$part" --config - 2>&1 << 'END' || exit
url = "${url}"
END
fi`;
	const {all} = listen(await session.open(frame(file, body)));
	const word = lastLine(await all);
	return word === 'whole' ? undefined : word || 'the connection ended';
}
