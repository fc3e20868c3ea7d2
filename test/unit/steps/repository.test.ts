import {expect, test} from 'vitest';
import {repository as repositoryOn} from '../../../source/steps/repository.ts';

type Repository = Parameters<typeof repositoryOn>[0];
const repository = (step: Repository) => repositoryOn(step, {packages: 'dnf', services: 'systemd'});

function contentOf(step: Repository): string {
	const [, blob = ''] = /printf %s '([^']*)' \| base64 -d/.exec(repository(step).apply) ?? [];
	return Buffer.from(blob, 'base64').toString();
}

test('a signed repository, the variables of dnf as they are', () => {
	const step = {id: 'mesos-1.11', baseurl: 'https://example.com/$basearch/el9', gpgkey: 'https://example.com/KEY'};
	expect(contentOf(step)).toBe(`[mesos-1.11]
name=mesos-1.11
baseurl=https://example.com/$basearch/el9
enabled=1
gpgcheck=1
gpgkey=https://example.com/KEY
`);
	expect(repository(step).apply).toContain("path='/etc/yum.repos.d/mesos-1.11.repo'");
});

test('a repository without signatures must say so', () => {
	const step = {id: 'lab', baseurl: 'http://198.18.0.1/repo'};
	expect(contentOf({...step, unsigned: true})).toContain('gpgcheck=0\n');
	expect(() => repository(step)).toThrow('The repository lab has neither a key nor the word that it is unsigned.');
});

test.each(['', '../x', 'a b', 'a]\n[b', '-x', 'a/b'])('refuses the id %j', id => {
	expect(() => repository({id, baseurl: 'http://a/', unsigned: true})).toThrow('cannot be used as a repository id');
});

test.each(['', 'ftp://a/', 'http://a/\ngpgcheck=0', 'http://a/ http://b/', 'a/b'])('refuses the address %j', url => {
	expect(() => repository({id: 'a', baseurl: url, unsigned: true})).toThrow('is no http or https address');
	expect(() => repository({id: 'a', baseurl: 'http://a/', gpgkey: url})).toThrow('is no http or https address');
});

test('a key may lie on the host already', () => {
	const gpgkey = 'file:///etc/pki/rpm-gpg/KEY';
	expect(contentOf({id: 'a', baseurl: 'http://a/', gpgkey})).toContain(`gpgkey=${gpgkey}\n`);
	expect(() => repository({id: 'a', baseurl: 'http://a/', gpgkey: `${gpgkey}\ngpgcheck=0`})).toThrow('is no http');
});
