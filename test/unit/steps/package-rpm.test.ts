import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {rpmPackages} from '../../../source/steps/package-rpm.ts';
import type {PackageName} from '../../../source/steps/step.ts';
import {Sandbox, shellsWithPath} from './shells.ts';

/** Answers like rpm 4.18 from a file of `NAME VERSION RELEASE PROVIDES...` lines. */
const rpm = `
[ ! -e "$SANDBOX/broken" ] || { echo 'error: cannot open Packages database in /var/lib/rpm' >&2; exit 1; }
touch "$SANDBOX/installed"
missing=0 how=is
for word; do
	case $word in
	-q | *'%{'*) ;;
	--whatprovides) how=provides ;;
	--qf) ;;
	*)
		if [ "$how" = provides ]; then
			found=$(grep -E "(^| )$word( |$)" "$SANDBOX/installed" | head -n 1)
			[ -n "$found" ] || echo "no package provides $word"
		else
			found=$(while read -r n v r _; do case $word in "$n" | "$n-$v" | "$n-$v-$r") echo "$n $v $r" ;; esac; done < "$SANDBOX/installed")
			[ -n "$found" ] || echo "package $word is not installed"
		fi
		if [ -n "$found" ]; then set -- $found; printf '%s %s\\n%s %s-%s\\n' "$1" "$2" "$1" "$2" "$3"; else missing=$((missing + 1)); fi ;;
	esac
done
exit $missing`;

/** Installs whatever is asked for, in version 1.0 unless the name ends in another. */
const dnf = `
echo "$*" >> "$SANDBOX/dnf"
[ ! -e "$SANDBOX/stale" ] || { rm "$SANDBOX/stale"; echo 'Error: Unable to find a match' >&2; exit 1; }
[ ! -e "$SANDBOX/lazy" ] || exit 0
for word; do
	case $word in
	-* | install) ;;
	*-[0-9]*) sed -i "/^\${word%%-[0-9]*} /d" "$SANDBOX/installed"; echo "\${word%%-[0-9]*} \${word#*-} 1" >> "$SANDBOX/installed" ;;
	*) echo "$word 1.0 1" >> "$SANDBOX/installed" ;;
	esac
done`;

describe.each(shellsWithPath)('packages under %s', (...shell) => {
	test('one question to rpm and one transaction for what is missing', () => {
		const host = withRpm('tar 1.34 3\n');
		const script = step(host, [{name: 'tar'}, {name: 'unzip'}, {name: 'java'}]);
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stdout: '', stderr: ''});
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0, stderr: ''});
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
		expect(transactions(host)).toEqual([
			'-y --setopt=timeout=60 --setopt=retries=10 --setopt=install_weak_deps=False --setopt=exit_on_lock=False install unzip java',
		]);
		expect(readFileSync(host.path('state/packages'), 'utf8')).toBe('unzip\njava\n');
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(transactions(host)).toHaveLength(1);
	});

	test('what another package provides is there', () => {
		const host = withRpm('vim-enhanced 9 1 vim\n');
		expect(host.check(shell, step(host, [{name: 'vim'}]).check).status).toBe(0);
	});

	test('what a command stands for is not asked for', () => {
		const host = withRpm('');
		const names = [{name: 'curl', unless: 'curl'}];
		host.program('curl', '');
		expect(host.check(shell, step(host, names).check).status).toBe(0);
		expect(host.apply(shell, step(host, names).apply).status).toBe(0);
		expect(transactions(host)).toEqual([]);
		const missing = step(host, [{name: 'curl', unless: 'no-such-command'}, {name: 'tar'}]);
		expect(host.check(shell, missing.check).status).toBe(1);
		expect(host.apply(shell, missing.apply).status).toBe(0);
		expect(transactions(host)[0]).toMatch(/install curl tar$/);
	});

	test.each([
		['1.11.0', 0],
		['1.11.0-2.amzn2023', 0],
		['1.11', 1],
		['1.11.0-2', 1],
		['1.12.0', 1],
	])('version %s', (version, status) => {
		const host = withRpm('mesos 1.11.0 2.amzn2023\nother 1.12.0 1\n');
		const script = step(host, [{name: 'other'}, {name: 'mesos', version}]);
		expect(host.check(shell, script.check).status).toBe(status);
	});

	test('another version replaces the one there, which a reset will not take away', () => {
		const host = withRpm('mesos 1.10.0 1\n');
		const script = step(host, [{name: 'mesos', version: '1.11.0'}]);
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0});
		expect(transactions(host)[0]).toMatch(/install mesos-1\.11\.0$/);
		expect(host.check(shell, script.check).status).toBe(0);
		expect(() => readFileSync(host.path('state/packages'))).toThrow('ENOENT');
	});

	test('stale metadata is refreshed once', () => {
		const host = withRpm('');
		writeFileSync(host.path('stale'), '');
		expect(host.apply(shell, step(host, [{name: 'mesos'}]).apply).status).toBe(0);
		expect(transactions(host)[1]).toContain('--refresh install mesos');
	});

	test('a transaction that says yes and does nothing is a failure', () => {
		const host = withRpm('');
		writeFileSync(host.path('lazy'), '');
		const run = host.apply(shell, step(host, [{name: 'mesos'}]).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toContain('not all packages are installed');
	});

	test('an rpm that cannot look is an error, not a finding', () => {
		const host = withRpm('');
		writeFileSync(host.path('broken'), '');
		const run = host.check(shell, step(host, [{name: 'mesos'}]).check);
		expect(run).toMatchObject({status: 2});
		expect(run.stderr).toContain('cannot open Packages database');
	});
});

test('a package transaction is never killed', () => {
	expect(rpmPackages({names: [{name: 'mesos'}]}, 'dnf')).toMatchObject({kill: false, live: true});
});

test.each(['', '-y', '--setopt=x', 'a b', 'a;b', '$(id)', 'a\nb', 'lib*', '@group'])('refuses the name %j', name => {
	expect(() => rpmPackages({names: [{name}]}, 'dnf')).toThrow('cannot be used as a package name');
	expect(() => rpmPackages({names: [{name: 'a', version: name}]}, 'dnf')).toThrow(
		'cannot be used as a package version',
	);
	expect(() => rpmPackages({names: [{name: 'a', unless: `/${name}`}]}, 'dnf')).toThrow(
		'cannot be used as a command name',
	);
});

function withRpm(installed: string): Sandbox {
	const host = new Sandbox();
	host.program('rpm', rpm);
	host.program('dnf', dnf);
	writeFileSync(host.path('installed'), installed);
	writeFileSync(host.path('dnf'), '');
	return host;
}

function step(host: Sandbox, names: PackageName[]) {
	return rpmPackages({names}, 'dnf', host.path('state/packages'));
}

function transactions(host: Sandbox): string[] {
	return readFileSync(host.path('dnf'), 'utf8').split('\n').filter(Boolean);
}
