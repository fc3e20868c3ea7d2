import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {repository, repositoryFiles} from '../../../source/steps/repository.ts';
import {Sandbox, shellsWithPath} from './shells.ts';

type Repository = Parameters<typeof repository>[0];

const system = {packages: 'apt', services: 'systemd', suite: 'bookworm'} as const;
const signed: Repository = {id: 'mesos', baseurl: 'http://a.example/Debian/', gpgkey: 'https://a.example/KEY?token=x'};

function contentOf(step: Repository): string {
	const [, blob = ''] = /printf %s '([^']*)' \| base64 -d/.exec(repository(step, system).apply) ?? [];
	return Buffer.from(blob, 'base64').toString();
}

test('a signed repository trusts its own key and no other', () => {
	expect(contentOf(signed)).toBe(`# key: https://a.example/KEY?token=x
Types: deb
URIs: http://a.example/Debian/
Suites: bookworm
Components: main
Signed-By: /etc/apt/keyrings/mesos.asc
`);
});

test('a suite of its own, and one that is a folder', () => {
	expect(contentOf({...signed, suite: 'stable'})).toContain('Suites: stable\nComponents: main\n');
	expect(contentOf({...signed, suite: './'})).toContain('Suites: ./\nSigned-By');
	expect(() => repository({...signed, suite: 'a b'}, system)).toThrow('cannot be used as a suite');
});

test('without signatures only for those who say so', () => {
	expect(contentOf({id: 'lab', baseurl: 'http://a/', unsigned: true})).toContain('Trusted: yes\n');
	expect(() => repository({id: 'lab', baseurl: 'http://a/'}, system)).toThrow('neither a key nor the word');
});

test('what it writes is what a reset takes away; apt reads no file with a colon in its name', () => {
	expect(repositoryFiles({id: 'a:b'}, system)).toEqual([
		'/etc/apt/sources.list.d/a_b.sources',
		'/etc/apt/keyrings/a_b.asc',
	]);
});

const armored = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n';

describe.each(shellsWithPath)('the key, under %s', (...shell) => {
	/** A host whose /etc/apt is in the sandbox and whose curl gives `key` out. */
	const host = (key: string | Buffer, step: Repository = signed) => {
		const sandbox = new Sandbox();
		writeFileSync(sandbox.path('key'), key);
		sandbox.program('curl', 'cat > "$SANDBOX/asked"; while [ "$1" != -o ]; do shift; done; cp "$SANDBOX/key" "$2"');
		mkdirSync(sandbox.path('etc/apt/sources.list.d'), {recursive: true});
		const moved = (text: string) =>
			text
				.replaceAll(/'\/etc\/apt/g, `'${sandbox.path('etc/apt')}`)
				.replaceAll('root:root', `${process.getuid?.()}:${process.getgid?.()}`);
		const {check, apply} = repository(step, system);
		return {sandbox, check: moved(check), apply: moved(apply)};
	};

	test('is fetched, its address in nobody’s sight, and then complies', () => {
		const {sandbox, check, apply} = host(armored);
		expect(sandbox.check(shell, check).status).toBe(1);
		expect(sandbox.apply(shell, apply)).toMatchObject({status: 0, stderr: ''});
		expect(readFileSync(sandbox.path('asked'), 'utf8')).toBe('url = "https://a.example/KEY?token=x"\n');
		expect(readFileSync(sandbox.path('etc/apt/keyrings/mesos.asc'), 'utf8')).toBe(armored);
		expect(sandbox.check(shell, check).status).toBe(0);
	});

	test('comes in binary, too', () => {
		const {sandbox, apply} = host(Buffer.from('99010d04', 'hex'));
		expect(sandbox.apply(shell, apply)).toMatchObject({status: 0});
		expect(readFileSync(sandbox.path('etc/apt/keyrings/mesos.asc'), 'utf8')).toBe(
			'-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBA==\n-----END PGP PUBLIC KEY BLOCK-----\n',
		);
	});

	test('that is a web page is refused, and nothing is written', () => {
		const {sandbox, check, apply} = host('<html>log in</html>');
		const run = sandbox.apply(shell, apply);
		expect(run).toMatchObject({status: 1, stderr: 'https://a.example/KEY gives something that is no public key.\n'});
		expect(sandbox.check(shell, check).status).toBe(1);
	});

	test('that is gone is fetched again', () => {
		const {sandbox, check, apply} = host(armored);
		expect(sandbox.apply(shell, apply).status).toBe(0);
		writeFileSync(sandbox.path('etc/apt/keyrings/mesos.asc'), '');
		expect(sandbox.check(shell, check).status).toBe(1);
	});
});
