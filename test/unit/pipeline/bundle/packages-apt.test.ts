import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {packageFile} from '../../../../source/cluster/package-file.ts';
import {Sandbox} from '../../steps/shells.ts';

/** Its repositories have jq, which requires a library, and two versions of mesos; NAME.deb holds the name. */
const aptGet = `
echo "$*" | sed 's/.*Error-Mode[^ ]* //; s/-o [^ ]* //g' >> "$SANDBOX/calls"
for word; do
	case $word in update | download | --print-uris) verb=$word ;; Dir::State::status=*) status=\${word#*=} ;; esac
done
case $verb in
update) cp "$status" "$SANDBOX/status.update"; [ ! -e "$SANDBOX/unsigned" ] || { echo "E: The repository 'http://a' is not signed." >&2; exit 100; } ;;
--print-uris)
	cp "$status" "$SANDBOX/status.install"
	for name; do :; done
	uri() { echo "'http://a/pool/x.deb' $1_$2_$3.deb 4 SHA256:$(printf %s "$1" | sha256sum | cut -d ' ' -f 1)"; }
	case $name in
	jq) uri libjq1 1%3a1.6-2 amd64; uri jq 1.6-2 amd64 ;;
	mesos=*) uri mesos "\${name#*=}" amd64 ;;
	image-only) echo 'image-only is already the newest version (1).' ;;
	*) echo "E: Unable to locate package $name" >&2; exit 100 ;;
	esac ;;
download)
	while [ "$1" != download ]; do shift; done
	shift
	for one; do printf %s "\${one%%=*}" > "\${one%%=*}_$(echo "\${one#*=}" | sed 's/:/%3a/')_amd64.deb"; done ;;
esac`;

const aptCache = `
for word; do
	case $word in
	pkgnames) printf '%s\\n' jq libjq1 mesos libc6 ;;
	mesos) printf 'mesos | %s | http://a/ bookworm/main amd64 Packages\\n' 1.12.0-1 1.11.0-0.9.0 ;;
	esac
done`;

/** libc6 is on every host; image-only came with the image. */
const dpkgQuery = `
case $3 in
*Status*) printf 'installed libc6\\nVersion: 2.36\\nArchitecture: amd64\\nMulti-Arch: same\\nProvides: \\n\\n'
	printf 'installed image-only\\nVersion: 1\\nArchitecture: all\\nMulti-Arch: \\nProvides: \\n\\n'
	printf 'config-files gone\\nVersion: 1\\nArchitecture: all\\nMulti-Arch: \\nProvides: \\n\\n' ;;
*) printf 'libc6\\nimage-only\\n' ;;
esac`;

type Name = {spec: string; name: string; version?: string; unless?: string};

function withApt(): Sandbox {
	const host = new Sandbox();
	host.program('apt-get', aptGet);
	host.program('apt-cache', aptCache);
	host.program('dpkg-query', dpkgQuery);
	host.program('dpkg', 'echo amd64');
	return host;
}

function collect(host: Sandbox, names: Name[], more: {have?: Record<string, string>; repositories?: object[]} = {}) {
	const wish = {folder: host.path('work'), names, repositories: [], have: {}, ...more};
	const env = {...process.env, PATH: `${host.bin}:${process.env.PATH}`, SANDBOX: host.folder};
	mkdirSync(wish.folder, {recursive: true});
	const input = packageFile('templates/bundle/packages-apt.py');
	const {status, stdout, stderr} = spawnSync('python3', ['-', JSON.stringify(wish)], {encoding: 'utf8', env, input});
	const printed = stdout.split('\n').filter(Boolean);
	return {status, stderr, told: printed.map(line => JSON.parse(line) as Record<string, unknown>)};
}

const called = (host: Sandbox) => readFileSync(host.path('calls'), 'utf8').trim().split('\n');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const jq = {spec: 'jq', name: 'jq', unless: 'jq'};

test('a package comes with what it requires, under the names of the archive; the host counts for what only it has', () => {
	const host = withApt();
	const run = collect(host, [jq, {spec: 'image-only', name: 'image-only'}]);
	expect(run).toMatchObject({status: 0, stderr: ''});
	expect(run.told).toEqual([
		{spec: 'jq', files: ['jq_1.6-2_amd64.deb', 'libjq1_1.6-2_amd64.deb']},
		{spec: 'image-only', files: []},
		{file: 'libjq1_1.6-2_amd64.deb', name: 'libjq1:amd64', version: '1:1.6-2', bytes: 6, sha256: sha256('libjq1')},
		{file: 'jq_1.6-2_amd64.deb', name: 'jq:amd64', version: '1.6-2', bytes: 2, sha256: sha256('jq')},
	]);
	expect(called(host).at(-1)).toBe('download libjq1=1:1.6-2 jq=1.6-2');
	expect(readFileSync(host.path('status.update'), 'utf8')).toBe('');
	expect(readFileSync(host.path('status.install'), 'utf8')).toBe(
		'Package: image-only\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n',
	);
});

test('what is here already, or was left by an attempt that was cut off, is not fetched; what is cut short is', () => {
	const host = withApt();
	mkdirSync(host.path('work/files'), {recursive: true});
	writeFileSync(host.path('work/files/libjq1_1.6-2_amd64.deb'), 'libjq1');
	const run = collect(host, [jq], {have: {'jq_1.6-2_amd64.deb': sha256('jq')}});
	expect(run).toMatchObject({status: 0, stderr: ''});
	expect(run.told.slice(1).map(({file}) => file)).toEqual(['jq_1.6-2_amd64.deb', 'libjq1_1.6-2_amd64.deb']);
	expect(called(host).join()).not.toContain('download');
	writeFileSync(host.path('work/files/libjq1_1.6-2_amd64.deb'), 'libj');
	expect(collect(host, [jq]).status).toBe(0);
	expect(called(host).at(-1)).toBe('download libjq1=1:1.6-2 jq=1.6-2');
	expect(readFileSync(host.path('work/files/libjq1_1.6-2_amd64.deb'), 'utf8')).toBe('libjq1');
});

test('a version is any revision of it; one that nobody has is told with those there are', () => {
	const host = withApt();
	const mesos = (version: string) => ({spec: `mesos-${version}`, name: 'mesos', version});
	expect(collect(host, [mesos('1.11.0')]).told[0]).toEqual({
		spec: 'mesos-1.11.0',
		files: ['mesos_1.11.0-0.9.0_amd64.deb'],
	});
	const run = collect(host, [mesos('1.11')]);
	expect(run.status).toBe(1);
	expect(run.stderr).toContain(
		'No repository of this host has mesos in version 1.11; there is: 1.12.0-1 1.11.0-0.9.0.',
	);
});

test('a name nobody has is no matter where its command is there; else it is told with what apt said of the lists', () => {
	const host = withApt();
	const absent = {spec: 'absent', name: 'absent'};
	expect(collect(host, [{...absent, unless: 'sh'}]).told).toEqual([{spec: 'absent', files: []}]);
	writeFileSync(host.path('unsigned'), '');
	const run = collect(host, [absent]);
	expect(run.status).toBe(1);
	expect(run.stderr).toMatch(/gives absent: E: Unable to locate package absent E: The repository .* is not signed/);
});

test('a repository of the cluster file is looked at beside the host’s own, with its key in the form apt takes', () => {
	const host = withApt();
	writeFileSync(host.path('key.gpg'), Buffer.from([0x99, 1, 2]));
	const key = host.path('work/keys/own.asc');
	const own = {file: 'own.sources', list: 'Types: deb\n', key, gpgkey: `file://${host.path('key.gpg')}`};
	expect(collect(host, [jq], {repositories: [own]})).toMatchObject({status: 0, stderr: ''});
	expect(readFileSync(host.path('work/sources.list.d/own.sources'), 'utf8')).toBe('Types: deb\n');
	expect(readFileSync(key, 'utf8')).toBe(
		'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQEC\n-----END PGP PUBLIC KEY BLOCK-----\n',
	);
	const gone = collect(host, [jq], {repositories: [{...own, gpgkey: `file://${host.path('nothing')}`}]});
	expect(gone.stderr).toMatch(/^The key of a repository cannot be fetched from file:.*nothing: /);
});
