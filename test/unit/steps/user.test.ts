import {readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {group} from '../../../source/steps/group.ts';
import {user} from '../../../source/steps/user.ts';
import {Sandbox, shellsWithPath} from './shells.ts';

/** getent and id answer from files as the real ones do; what would change accounts is written down. */
const getent = `
[ ! -e "$SANDBOX/broken" ] || exit 3
grep "^$2:" "$SANDBOX/$1" || exit 2`;
const id = `
grep -q "^$3:" "$SANDBOX/passwd" || { echo "id: '$3': no such user" >&2; exit 1; }
cat "$SANDBOX/groups-of"`;
const record = 'echo "$(basename "$0") $*" >> "$SANDBOX/calls"';

describe.each(shellsWithPath)('users and groups under %s', (...shell) => {
	test('a group', () => {
		const host = withAccounts();
		expect(host.check(shell, group({name: 'docker'}).check)).toMatchObject({status: 0, stdout: ''});
		const script = group({name: 'mesos', system: true});
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(host.apply(shell, group({name: 'people'}).apply).status).toBe(0);
		expect(calls(host)).toEqual(['groupadd -r mesos', 'groupadd people']);
	});

	test('an account database that does not answer is an error, not a finding', () => {
		const host = withAccounts();
		writeFileSync(host.path('broken'), '');
		expect(host.check(shell, group({name: 'docker'}).check).status).toBe(2);
		expect(host.check(shell, user({name: 'ec2-user'}).check).status).toBe(2);
	});

	test('a new user', () => {
		const host = withAccounts();
		const zookeeper = user({
			name: 'zookeeper',
			system: true,
			group: 'zookeeper',
			home: '/var/lib/zookeeper',
			shell: '/sbin/nologin',
		});
		expect(host.check(shell, zookeeper.check).status).toBe(1);
		expect(host.apply(shell, zookeeper.apply).status).toBe(0);
		expect(host.apply(shell, user({name: 'anna', groups: ['docker', 'wheel']}).apply).status).toBe(0);
		expect(host.apply(shell, user({name: 'docker', system: true}).apply).status).toBe(0);
		expect(calls(host)).toEqual([
			'useradd -r -M -d /var/lib/zookeeper -s /sbin/nologin -g zookeeper zookeeper',
			'useradd -m -G docker,wheel -U anna',
			'useradd -r -M -g docker docker',
		]);
	});

	test('supplementary groups are added to, nothing else of an existing user is touched', () => {
		const host = withAccounts();
		const script = user({name: 'ec2-user', group: 'other', shell: '/bin/zsh', groups: ['docker', 'wheel']});
		expect(host.check(shell, user({name: 'ec2-user', groups: ['wheel']}).check).status).toBe(0);
		expect(host.check(shell, script.check)).toMatchObject({status: 1, stderr: ''});
		expect(host.apply(shell, script.apply).status).toBe(0);
		expect(calls(host)).toEqual(['usermod -a -G docker,wheel ec2-user']);
		writeFileSync(host.path('groups-of'), 'ec2-user wheel docker\n');
		expect(host.check(shell, script.check).status).toBe(0);
		writeFileSync(host.path('groups-of'), 'ec2-user wheel docker-users\n');
		expect(host.check(shell, script.check).status).toBe(1);
		expect(host.check(shell, user({name: 'nobody-here', groups: ['wheel']}).check)).toMatchObject({
			status: 1,
			stderr: '',
		});
	});
});

test.each(['', '-r', 'a b', 'a,b', 'a:b', '$(id)', 'a\n', '0', 'x'.repeat(33)])('refuses the name %j', name => {
	expect(() => group({name})).toThrow('cannot be used as a group name');
	expect(() => user({name})).toThrow('cannot be used as a user name');
	expect(() => user({name: 'a', group: name})).toThrow('cannot be used as a group name');
	expect(() => user({name: 'a', groups: [name]})).toThrow('cannot be used as a group name');
});

function withAccounts(): Sandbox {
	const host = new Sandbox();
	host.program('getent', getent);
	host.program('id', id);
	for (const program of ['groupadd', 'useradd', 'usermod']) host.program(program, record);
	writeFileSync(host.path('passwd'), 'root:x:0:0::/root:/bin/sh\nec2-user:x:1000:1000::/home/ec2-user:/bin/bash\n');
	writeFileSync(host.path('group'), 'root:x:0:\ndocker:x:990:\n');
	writeFileSync(host.path('groups-of'), 'ec2-user wheel\n');
	return host;
}

function calls(host: Sandbox): string[] {
	return readFileSync(host.path('calls'), 'utf8').split('\n').filter(Boolean);
}
