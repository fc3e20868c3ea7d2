import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {platformOf, platforms} from '../../../source/sources/platform.ts';
import {checkSupported, supportNote} from '../../../source/sources/platform-support.ts';
import {facts} from '../roles/cluster-fixture.ts';

const top = join(import.meta.dirname, '../../..');

test.each([
	['amzn', '2023', 'amazon-linux-2023'],
	['debian', '12', 'debian-12'],
	['ubuntu', '22.04', 'ubuntu-22.04'],
	['ubuntu', '24.04', 'ubuntu-24.04'],
	['rocky', '9.4', 'rocky-9'],
	['almalinux', '9.6', 'almalinux-9'],
	['rocky', '9', 'rocky-9'],
	['amzn', '2', 'amazon-linux-2'],
])('%s %s is %s', (id, version_id, expected) => {
	expect(platformOf(facts({os: {id, version_id, pretty_name: ''}})).id).toBe(expected);
});

test.each([
	['debian', '11', 'Debian GNU/Linux 11 (bullseye)'],
	['debian', '', 'Debian GNU/Linux trixie/sid'],
	['ubuntu', '2204', 'Ubuntu'],
	['rocky', '90.1', 'Rocky'],
	['rocky', '8.10', 'Rocky Linux 8.10'],
	['fedora', '42', 'Fedora Linux 42'],
	['', '', ''],
])('%s %s is refused by its name', (id, version_id, pretty_name) => {
	const unknown = facts({os: {id, version_id, pretty_name}});
	expect(() => platformOf(unknown, 'slave-1')).toThrow(
		expect.objectContaining({
			exitCode: 1,
			host: 'slave-1',
			fix: expect.stringMatching(/Amazon Linux 2023, .*Debian 12/),
		}),
	);
	expect(() => platformOf(unknown, 'slave-1')).toThrow(pretty_name || id || 'an unknown system');
});

test('ids are unique, and each support has an end', () => {
	expect(new Set(platforms.map(({id}) => id)).size).toBe(platforms.length);
	for (const {id, supportEnds} of platforms) expect(Date.parse(supportEnds), id).not.toBeNaN();
});

describe('roles know no distribution, package manager or time service by name', () => {
	const words =
		/\b(amazon|amzn|al2|al2023|debian|ubuntu|rocky|alma(linux)?|rhel|centos|fedora|dnf|yum|rpm|apt(-get)?|dpkg|chronyd?|ntpd|grubby)\b/i;
	const files = readdirSync(join(top, 'roles'));

	test.each(files)('roles/%s', name => {
		const lines = readFileSync(join(top, 'roles', name), 'utf8').split('\n');
		expect(lines.filter(line => words.test(line))).toEqual([]);
	});
});

test('the oldest system is taken only from those who insist, and is offered to nobody', () => {
	const old = facts({os: {id: 'amzn', version_id: '2018.03', pretty_name: 'Amazon Linux AMI 2018.03'}});
	const platform = platformOf(old);
	expect(() => checkSupported(platform, 'slave-1', false)).toThrow(
		expect.objectContaining({host: 'slave-1', exitCode: 1, fix: expect.stringContaining('--allow-unsupported')}),
	);
	expect(() => checkSupported(platform, 'slave-1', true)).not.toThrow();
	const unknown = facts({os: {id: 'x', version_id: '1', pretty_name: ''}});
	expect(() => platformOf(unknown)).toThrow(expect.objectContaining({fix: expect.not.stringContaining('2018')}));
	for (const one of platforms) if (!one.unsupported) expect(() => checkSupported(one, 'slave-1', false)).not.toThrow();
});

test('a system is out of support from the day after its last', () => {
	const platform = platformOf(facts({os: {id: 'amzn', version_id: '2', pretty_name: ''}}));
	expect(supportNote(platform, new Date('2026-06-30T23:00:00Z'))).toBeUndefined();
	expect(supportNote(platform, new Date('2026-07-01T00:00:00Z'))).toContain('out of support since 2026-06-30');
});
