import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {mkdir, rename, rm, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {packageFile} from '../../cluster/package-file.ts';
import {SetupError} from '../../cluster/setup-error.ts';
import type {Session} from '../../remote/session.ts';
import {quote} from '../../steps/quote.ts';
import {listen} from './transfer.ts';

/** Where a host collects; what is cut off there goes on with the next attempt. */
export const workshop = '/var/cache/mesos-setup/collect';

const anyPython = `
for python in python3 /usr/libexec/platform-python ''; do if command -v "$python" >/dev/null 2>&1; then break; fi; done
[ "$python" ] || { echo 'it has no python3' >&2; exit 1; }`;

/** Finds the interpreter that has dnf's modules, or any Python for what needs none of its own. */
const interpreters = {
	'packages-dnf': `
command -v dnf >/dev/null 2>&1 || { echo 'it has no dnf' >&2; exit 1; }
read -r python < "$(command -v dnf)"
python=\${python#??}`,
	'packages-apt': anyPython,
	image: anyPython,
};

/** Runs a script on the host; resolves with what it printed. `what` begins the sentence of the error. */
export async function runOn(session: Session, script: string, what: string): Promise<string> {
	const pipe = await session.open(script);
	const stderr: Buffer[] = [];
	pipe.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
	const {all} = listen(pipe);
	const text = await all;
	if ((await pipe.closed) === 0) return text;
	const said = Buffer.concat(stderr).toString('utf8').trim().split('\n').slice(-3).join(' ').slice(-600);
	throw new SetupError({
		host: session.host,
		cause: `${what}: ${said || 'the connection ended'}`.replace(/([^.])$/, '$1.'),
		fix: 'Mend that, or choose another place in "sources", and run the same command again: it goes on where it was.',
		exitCode: 1,
	});
}

/** One of templates/bundle/*.py with its wish; resolves with the objects it printed. */
export async function runPython(
	session: Session,
	name: keyof typeof interpreters,
	wish: object,
	what: string,
): Promise<unknown[]> {
	const script = `
umask 077
mkdir -p ${workshop}
${interpreters[name]}
PYTHONDONTWRITEBYTECODE=1 $python - ${quote(JSON.stringify(wish))} << 'END'
${packageFile(`templates/bundle/${name}.py`).trimEnd()}
END`;
	const lines = (await runOn(session, script, what)).split('\n').filter(line => line.startsWith('{'));
	return lines.map(line => JSON.parse(line) as unknown);
}

/** Downloads an archive on the host and compares it with its publisher's checksum. */
export async function downloadOn(
	session: Session,
	{url, checksum}: {url: string; checksum: {algorithm: string; hex: string}},
	what: string,
): Promise<{file: string; sha256: string; bytes: number}> {
	const file = `${workshop}/${checksum.hex.slice(0, 16)}`;
	const href = new URL(url).href.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
	const text = await runOn(
		session,
		`
set -e
umask 077
mkdir -p ${workshop}
sum() { set -- "$(${checksum.algorithm}sum <${file})"; printf %s "\${1%% *}"; }
if ! [ -s ${file} ] || [ "$(sum)" != ${checksum.hex} ]; then
	curl --silent --show-error --fail --location --globoff --proto '=http,https' --proto-redir '=http,https' --retry 5 \\
		--connect-timeout 20 --speed-limit 100 --speed-time 60 -C - -o ${file} --config - << 'END'
url = "${href}"
END
fi
if [ "$(sum)" != ${checksum.hex} ]; then
	rm -f ${file}
	echo 'it has another content than its checksum says' >&2
	exit 1
fi
sha256sum <${file}
stat -c %s ${file}`,
		what,
	);
	const [sum = '', bytes] = text.split(/\s+-?\s*/);
	return {file, sha256: sum, bytes: Number(bytes)};
}

const sizeOf = (path: string) =>
	stat(path).then(
		found => found.size,
		() => 0,
	);

/** Lower-case hex; of a file that is not there, of nothing. */
async function hashOf(path: string) {
	const hash = createHash('sha256');
	const size = await sizeOf(path);
	if (size > 0) for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
	return {hash, size};
}

/** To the end, or until the signal: a channel that nobody reads any more does not close, so a pipeline with that signal would wait. */
async function copy(from: Readable, to: Writable, signal: AbortSignal): Promise<void> {
	const stopped = Promise.withResolvers<never>();
	const stop = () => stopped.reject(signal.reason);
	signal.throwIfAborted();
	signal.addEventListener('abort', stop);
	try {
		await Promise.race([pipeline(from, to), stopped.promise]);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}

function unwritten(path: string, why: string, error: unknown): SetupError {
	const fix = 'Mend that here, then run the same command again: it goes on where it was cut off.';
	return new SetupError({field: 'folder', cause: `${path} cannot be written: ${why}.`, fix, exitCode: 1, error});
}

/** Brings a file of the host here, from where an earlier attempt was cut off; it has its name only once it is what it should be. */
export async function fetchHere(
	session: Session,
	remote: string,
	{path, sha256, bytes}: {path: string; sha256: string; bytes: number},
	signal: AbortSignal,
): Promise<void> {
	await mkdir(dirname(path), {recursive: true});
	const part = `${path}.part`;
	for (const attempt of [1, 2]) {
		const {hash, size} = await hashOf(part);
		if (size < bytes) {
			const pipe = await session.open(`exec tail -c +${size + 1} ${quote(remote)}`);
			pipe.stderr.resume();
			pipe.stdout.on('data', (chunk: Buffer) => hash.update(chunk));
			try {
				await copy(pipe.stdout, createWriteStream(part, {flags: size > 0 ? 'a' : 'w'}), signal);
			} catch (error) {
				// What nobody reads any more would hold up the end of the connection.
				pipe.destroy();
				signal.throwIfAborted();
				// A connection that ended is told below, by what is missing.
				const {code, message} = error as NodeJS.ErrnoException;
				if (code !== 'ERR_STREAM_PREMATURE_CLOSE') throw unwritten(path, message, error);
			}
		}
		if (hash.digest('hex') === sha256) {
			await rename(part, path);
			return;
		}
		const short = (await sizeOf(part)) < bytes;
		if (!short) await rm(part);
		if (attempt === 2 || short) break;
	}
	throw new SetupError({
		host: session.host,
		cause: `${remote} did not arrive here whole.`,
		fix: 'Run the same command again: it goes on where it was cut off.',
		exitCode: 1,
	});
}
