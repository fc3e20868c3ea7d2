import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {aptPackages} from '../../../source/steps/package-apt.ts';
import {packagesGone} from '../../../source/steps/packages-gone.ts';
import type {PackageName} from '../../../source/steps/step.ts';
import {Sandbox, shellsWithPath} from './shells.ts';

/** Answers like dpkg-query 1.21 from a file of `NAME STATUS VERSION` lines. */
const dpkgQuery = `
[ ! -e "$SANDBOX/broken" ] || { echo 'dpkg-query: error: parsing file status' >&2; exit 2; }
missing=0 form=
for word; do
	case $word in
	-W | -f) ;;
	*'\${'*) form=$word ;;
	*)
		found=$(grep "^$word " "$SANDBOX/dpkg") || { echo "dpkg-query: no packages found matching $word" >&2; missing=1; continue; }
		set -- $found
		case $form in *Package*Version*) echo "$2 $1 \${3-}" ;; *Package*) echo "$2 $1" ;; *) printf '%s %s' "$2" "\${3-}" ;; esac
		;;
	esac
done
exit $missing`;

/** Installs what is asked for with one dependency of its own, and asks the policy whether that may start. */
const aptGet = `
echo "$*" >> "$SANDBOX/apt"
simulate= verb=
for word; do
	case $word in -s) simulate=1 ;; update | install | purge | autoremove) verb=$word ;; esac
done
case $verb in
update)
	if [ -e "$SANDBOX/locked" ]; then
		rm "$SANDBOX/locked"
		echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 7 (apt-get)' >&2
		exit 100
	fi
	[ ! -e "$SANDBOX/offline" ] || { echo 'E: Failed to fetch http://a/' >&2; exit 100; } ;;
install)
	if [ -z "$simulate" ]; then
		"$SANDBOX/policy" docker start; echo "start $?" >> "$SANDBOX/policy.said"
		"$SANDBOX/policy" docker restart; echo "restart $?" >> "$SANDBOX/policy.said"
		if [ -e "$SANDBOX/interrupted" ]; then
			rm "$SANDBOX/interrupted"
			echo 'E: dpkg was interrupted, you must manually run dpkg --configure -a' >&2
			exit 100
		fi
		[ ! -e "$SANDBOX/fails" ] || { cat "$SANDBOX/fails" >&2; exit 100; }
		[ ! -e "$SANDBOX/lazy" ] || exit 0
	fi
	names=\${*##*install }
	for word in $names; do
		case $word in
		-*) ;;
		*)
			version=1.0-1
			case $word in *=*) version=\${word#*=} ;; esac
			if [ "$simulate" ]; then echo "Inst lib\${word%%=*} (1 lab [amd64])"; echo "Inst \${word%%=*} ($version lab [amd64])"
			else sed -i "/^\${word%%=*} /d" "$SANDBOX/dpkg"; echo "\${word%%=*} installed $version" >> "$SANDBOX/dpkg"; fi ;;
		esac
	done ;;
autoremove) cat "$SANDBOX/superfluous" ;;
esac`;

const aptCache = `
[ "$1" = madison ] || exit 1
sed -n "s/^$2 //p" "$SANDBOX/versions" | while read -r version; do printf '%10s | %s | http://a/ bookworm/main amd64 Packages\\n' "$2" "$version"; done`;

/** Knows of a file what its name says. */
const dpkgDeb = `
set -- $(basename "$2" .deb | tr _ ' ')
printf 'Package: %s\\nVersion: %s\\n' "\${1#*-}" "$2"`;

describe.each(shellsWithPath)('packages of apt under %s', (...shell) => {
	test('one question to dpkg and one transaction for what is missing; the ledger knows what came along', () => {
		const host = withApt('tar installed 1.34\n');
		const script = step(host, [{name: 'tar'}, {name: 'unzip'}, {name: 'jq'}]);
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stdout: '', stderr: ''});
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
		expect(calls(host).map(call => call.replace(/-o \S+ /g, ''))).toEqual([
			'-q -y update',
			'-q -y -s install --no-install-recommends --no-remove unzip jq',
			'-q -y install --no-install-recommends --no-remove unzip jq',
		]);
		expect(calls(host)[2]).toContain('-o DPkg::Lock::Timeout=30 ');
		expect(read(host, 'state/packages')).toBe('libunzip\nunzip\nlibjq\njq\n');
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(calls(host)).toHaveLength(3);
	});

	test.each([
		['hold on a package', 'jq installed 1.6\n', 0],
		['only its configuration is left', 'jq config-files 1.6\n', 1],
		['a transaction that was cut off', 'jq half-configured 1.6\n', 1],
		['never seen', '', 1],
		['another of a similar name', 'jqx installed 1.6\n', 1],
	])('%s', (_, installed, status) => {
		const host = withApt(installed);
		expect(host.check(shell, step(host, [{name: 'jq'}]).check).status).toBe(status);
	});

	test.each([
		['1.11.0', 0],
		['1.11.0-0.9.0', 0],
		['1:1.11.0-0.9.0', 0],
		['1.11', 1],
		['1.11.0-0.9', 1],
		['1.12.0', 1],
	])('version %s', (version, status) => {
		const host = withApt('mesos installed 1:1.11.0-0.9.0\nother installed 1.12.0\n');
		const {check} = step(host, [{name: 'other'}, {name: 'mesos', version}]);
		expect(host.check(shell, check).status).toBe(status);
	});

	test('a version is looked up among those there are, and replaces the one that is there', () => {
		const host = withApt('mesos installed 1.12.0-1\n');
		writeFileSync(host.path('versions'), 'mesos 1.12.0-1\nmesos 1.11.0-0.9.0\nmesos 1.11.0-0.8.0\n');
		const script = step(host, [{name: 'mesos', version: '1.11.0'}]);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(calls(host).at(-1)).toMatch(
			/ install --no-install-recommends --no-remove --allow-downgrades mesos=1\.11\.0-0\.9\.0$/,
		);
		expect(host.check(shell, script.check).status).toBe(0);
	});

	test('a version nobody has is refused with those there are, before anything is installed', () => {
		const host = withApt('');
		writeFileSync(host.path('versions'), 'mesos 1.12.0-1\n');
		const run = host.apply(shell, step(host, [{name: 'mesos', version: '1.11.0'}]).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toBe('No repository of this host has mesos in version 1.11.0; there is: 1.12.0-1.\n');
		expect(calls(host).join()).not.toContain('install');
	});

	test('daemons of new packages are not started, those of upgraded ones restarted; nothing of it stays', () => {
		const host = withApt('');
		expect(host.apply(shell, step(host, [{name: 'docker.io'}]).apply).status).toBe(0);
		expect(read(host, 'policy.said')).toBe('start 101\nrestart 0\n');
		expect(existsSync(host.path('policy'))).toBe(false);
	});

	test('a policy of the owner of the host is left alone; what a killed run left means nothing and goes', () => {
		const host = withApt('');
		host.program('../policy', 'exit 7');
		expect(host.apply(shell, step(host, [{name: 'jq'}]).apply).status).toBe(0);
		expect(read(host, 'policy')).toContain('exit 7');
		host.program('../policy', '# mesos-setup: left behind\nexit 101');
		writeFileSync(host.path('policy'), '# mesos-setup: left behind\nexit 101\n');
		expect(host.apply(shell, step(host, [{name: 'unzip'}]).apply).status).toBe(0);
		expect(existsSync(host.path('policy'))).toBe(false);
	});

	test('out of a bundle: apt is shown a repository of the files that were brought, and no other', () => {
		const host = withApt('');
		host.program('dpkg-deb', dpkgDeb);
		const file = (name: string, letter: string) => ({name, from: '/', sha256: letter.repeat(64), bytes: 7});
		const files = [file('jq_1.6+1~2_amd64.deb', 'a'), file('libc6_2.36_amd64.deb', 'b')];
		const folder = host.path('waiting');
		mkdirSync(folder);
		writeFileSync(join(folder, 'aaaaaaaaaaaaaaaa-jq_1.6+1~2_amd64.deb'), '7 bytes');
		const script = aptPackages({names: [{name: 'jq'}], files}, options(host, folder));
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(host.check(shell, script.check).status).toBe(0);
		// The host has the other one in that version already.
		expect(read(host, 'waiting/apt/Packages')).toBe(
			`Package: jq\nVersion: 1.6+1~2\nFilename: ${folder.slice(1)}/aaaaaaaaaaaaaaaa-jq_1.6+1~2_amd64.deb\nSize: 7\nSHA256: ${'a'.repeat(64)}\n\n`,
		);
		expect(read(host, 'waiting/apt/sources.list')).toBe(`deb [trusted=yes] file:/ ${folder.slice(1)}/apt/\n`);
		expect(calls(host).length).toBeGreaterThan(2);
		for (const call of calls(host)) {
			expect(call).toContain(`-o Dir::Etc::sourcelist=${folder}/apt/sources.list -o Dir::Etc::sourceparts=/dev/null `);
		}
	});

	test('a version that a bundle does not have is told as that', () => {
		const host = withApt('');
		const step = {names: [{name: 'mesos', version: '1.11.0'}], files: []};
		const run = host.apply(shell, aptPackages(step, options(host, host.path('waiting'))).apply);
		expect(run.stderr).toBe('The bundle does not have mesos in version 1.11.0; there is: nothing of that name.\n');
	});

	test('lists that cannot be had do not keep an installation from those there are', () => {
		const host = withApt('');
		writeFileSync(host.path('offline'), '');
		const run = host.apply(shell, step(host, [{name: 'jq'}]).apply);
		expect(run).toMatchObject({status: 0});
		expect(run.stdout).toContain('Failed to fetch');
	});

	test('whoever holds the lock of the lists is waited for', () => {
		const host = withApt('');
		host.program('sleep', 'echo "$1" > "$SANDBOX/slept"');
		writeFileSync(host.path('locked'), '');
		expect(host.apply(shell, step(host, [{name: 'jq'}]).apply).status).toBe(0);
		expect(read(host, 'slept')).toBe('5\n');
	});

	test('what an earlier installation left half done is finished first', () => {
		const host = withApt('');
		host.program('dpkg', 'echo "$*" > "$SANDBOX/dpkg.called"');
		writeFileSync(host.path('interrupted'), '');
		expect(host.apply(shell, step(host, [{name: 'jq'}]).apply)).toMatchObject({status: 0});
		expect(read(host, 'dpkg.called')).toMatch(/--configure -a$/m);
	});

	test('what apt says and its status are the step’s own', () => {
		const host = withApt('');
		writeFileSync(host.path('fails'), 'E: Unable to locate package jq\n');
		const run = host.apply(shell, step(host, [{name: 'jq'}]).apply);
		expect(run).toMatchObject({status: 100});
		expect(run.stdout).toContain('Unable to locate package jq');
		expect(existsSync(host.path('policy'))).toBe(false);
	});

	test('a transaction that says yes and does nothing is a failure', () => {
		const host = withApt('');
		writeFileSync(host.path('lazy'), '');
		const run = host.apply(shell, step(host, [{name: 'jq'}]).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toContain('not all packages are installed');
	});

	test('a dpkg that cannot look is an error, not a finding', () => {
		const host = withApt('');
		writeFileSync(host.path('broken'), '');
		const run = host.check(shell, step(host, [{name: 'jq'}]).check);
		expect(run).toMatchObject({status: 2});
		expect(run.stderr).toContain('parsing file status');
	});

	test('a reset takes what came with this tool and nobody else needs, and only that', () => {
		const host = withApt('jq installed 1\nlibjq installed 1\nlibshared installed 1\nold installed 1\n');
		host.program('apt-mark', 'echo "$*" > "$SANDBOX/marked"');
		writeFileSync(host.path('ledger'), 'jq\nlibjq\nlibshared\nalready-gone\n');
		writeFileSync(host.path('superfluous'), 'Remv jq [1]\nRemv libjq:amd64 [1]\nRemv old [1]\n');
		const script = packagesGone({}, {packages: 'apt', services: 'systemd'}, host.path('ledger'));
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0});
		expect(read(host, 'marked')).toBe('auto jq libjq libshared\n');
		expect(calls(host).at(-1)).toMatch(/ purge jq libjq$/);
		expect(host.check(shell, script.check).status).toBe(0);
	});
});

test.each(['', '-y', 'a b', 'a;b', '$(id)', 'a\nb', 'lib*', 'docker-', 'Docker', 'a=1', 'task^'])(
	'refuses the name %j',
	name => {
		expect(() => aptPackages({names: [{name}]}, {patience: 1})).toThrow('cannot be used as a package name');
	},
);

function withApt(installed: string): Sandbox {
	const host = new Sandbox();
	host.program('dpkg-query', dpkgQuery);
	host.program('apt-get', aptGet);
	host.program('apt-cache', aptCache);
	writeFileSync(host.path('dpkg'), installed);
	writeFileSync(host.path('apt'), '');
	writeFileSync(host.path('versions'), '');
	return host;
}

function step(host: Sandbox, names: PackageName[]) {
	return aptPackages({names}, options(host));
}

function options(host: Sandbox, folder?: string) {
	return {patience: 30, ledger: host.path('state/packages'), policy: host.path('policy'), ...(folder && {folder})};
}

function calls(host: Sandbox): string[] {
	return read(host, 'apt').split('\n').filter(Boolean);
}

function read(host: Sandbox, name: string): string {
	return readFileSync(host.path(name), 'utf8');
}
