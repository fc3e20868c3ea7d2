import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {image} from '../../../source/steps/image.ts';
import {Sandbox, shellsWithPath} from './shells.ts';

const digest = `sha256:${'b'.repeat(64)}`;
const ref = 'registry:5000/mesos/marathon:v1.11.24';

/** Remembers images as `REF DIGESTS` lines; the registry has every image, under the digest above. */
const docker = `
echo "$*" >> "$SANDBOX/calls"
[ ! -e "$SANDBOX/stopped" ] || { echo 'Cannot connect to the Docker daemon' >&2; exit 1; }
touch "$SANDBOX/images"
case $1 in
image) sed -n "s|^$5 |sha256:id |p" "$SANDBOX/images" | grep . || { echo "Error: No such image: $5" >&2; exit 1; } ;;
pull)
	left=$(cat "$SANDBOX/failures" 2> /dev/null || echo 0)
	[ "$left" -eq 0 ] || { echo $((left - 1)) > "$SANDBOX/failures"; echo 'TLS handshake timeout' >&2; exit 1; }
	case $2 in *@*) ;; *) echo "$2 [\\"\${2%:*}@${digest}\\"]" >> "$SANDBOX/images" ;; esac ;;
tag) sed -i "\\|^$3 |d" "$SANDBOX/images"; echo "$3 [\\"$2\\"]" >> "$SANDBOX/images" ;;
esac`;

describe.each(shellsWithPath)('image under %s', (...shell) => {
	test.each([digest, undefined])('is pulled once (digest %s), and then complies', pinned => {
		const host = withDocker();
		const script = image({ref, digest: pinned});
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stderr: ''});
		expect(host.apply(shell, script.apply)).toMatchObject({status: 0});
		expect(host.check(shell, script.check)).toMatchObject({status: 0, stdout: '', stderr: ''});
		expect(pulls(host)).toEqual([`pull ${pinned ? `registry:5000/mesos/marathon@${digest}` : ref}`]);
	});

	test('the same reference with another digest does not comply, and is mended', () => {
		const host = withDocker();
		writeFileSync(host.path('images'), `${ref} ["registry:5000/mesos/marathon@sha256:${'a'.repeat(64)}"]\n`);
		expect(host.check(shell, image({ref}).check).status).toBe(0);
		const script = image({ref, digest});
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(host.check(shell, script.check).status).toBe(0);
	});

	test('is tried three times', () => {
		const host = withDocker();
		writeFileSync(host.path('failures'), '2');
		expect(host.apply(shell, image({ref, digest}).apply).status).toBe(0);
		writeFileSync(host.path('failures'), '3');
		const run = host.apply(shell, image({ref, digest}).apply);
		expect(run).toMatchObject({status: 1});
		expect(run.stderr).toContain('could not be pulled in three attempts');
	});

	test('a docker that is missing or stopped means that there is something to do', () => {
		const host = withDocker();
		writeFileSync(host.path('stopped'), '');
		expect(host.check(shell, image({ref}).check)).toMatchObject({status: 1, stderr: ''});
		host.program('docker', 'exit 127');
		expect(host.check(shell, image({ref}).check)).toMatchObject({status: 1, stderr: ''});
	});
});

test.each(['', '-x', 'a b', 'a;b', 'Ubuntu:1', 'a@sha256:b', 'a:', 'a/$(id)', 'a:1:2'])(
	'refuses the reference %j',
	bad => {
		expect(() => image({ref: bad})).toThrow('cannot be used as a image reference');
	},
);

test.each(['mesos', 'mesos:1', 'mesosphere/marathon:v1.11.24', 'localhost:5000/a', '198.18.0.1:5000/a/b_c:1.0-x'])(
	'takes the reference %j',
	good => {
		expect(image({ref: good, digest}).apply).toContain(`docker pull ${good.replace(/:[^:/]*$/, '')}@${digest}`);
	},
);

function withDocker(): Sandbox {
	const host = new Sandbox();
	host.program('docker', docker);
	host.program('sleep', '');
	return host;
}

function pulls(host: Sandbox): string[] {
	return readFileSync(host.path('calls'), 'utf8')
		.split('\n')
		.filter(call => call.startsWith('pull'));
}
