import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {Eta} from 'eta';
import {describe, expect, test} from 'vitest';
import {configurationHash} from '../../../source/steps/configuration.ts';
import {Sandbox, shells} from './shells.ts';

const template = new URL('../../../templates/usr/local/lib/mesos-setup/configuration.eta', import.meta.url);
const helper = new Eta({autoEscape: false, autoTrim: false}).renderString(readFileSync(template, 'utf8'), {});

describe.each(shells)('the hash at service start under %s', (...shell) => {
	function atStart(host: Sandbox, ...paths: string[]): string {
		const text = helper.replaceAll('/run/mesos-setup', host.path('run'));
		const words = paths.map(path => `'${path.replaceAll("'", "'\\''")}'`);
		expect(host.apply(shell, `set -- zookeeper ${words.join(' ')}\n${text}`)).toMatchObject({status: 0, stdout: ''});
		const [, hash = ''] = /^MESOS_SETUP_CONFIGURATION=([0-9a-f]{64})\n$/.exec(read(host)) ?? [];
		return hash;
	}
	const read = (host: Sandbox) => readFileSync(host.path('run/zookeeper.env'), 'utf8');

	test('equals the one computed here, in whatever order the files are named', () => {
		const host = new Sandbox();
		const files = ["b it's $HOME", 'a', '?no-flag', 'é'].map((name, index) => ({
			path: host.path(name),
			content: Uint8Array.from({length: index * 100}, (_, at) => at),
		}));
		for (const {path, content} of files) writeFileSync(path, content);
		const paths = files.map(({path}) => path);
		expect(atStart(host, ...paths)).toBe(configurationHash(files));
		expect(atStart(host, ...paths.toReversed())).toBe(configurationHash(files.toReversed()));
	});

	test('a folder stands for the files in it, a stray one included', () => {
		const host = new Sandbox();
		mkdirSync(host.path('flags/folder'), {recursive: true});
		const files = ['ip', 'quorum'].map(name => ({path: host.path(`flags/${name}`), content: name}));
		for (const {path, content} of files) writeFileSync(path, content);
		expect(atStart(host, host.path('flags'))).toBe(configurationHash(files));
		expect(atStart(host, host.path('flags/'))).toBe(configurationHash(files));
		writeFileSync(host.path('flags/stray'), '');
		expect(atStart(host, host.path('flags'))).not.toBe(configurationHash(files));
	});

	test('a changed and a missing file give another hash, not a failure', () => {
		const host = new Sandbox();
		const files = [{path: host.path('a'), content: 'a'}];
		writeFileSync(host.path('a'), 'b');
		const changed = atStart(host, host.path('a'));
		rmSync(host.path('a'));
		const missing = atStart(host, host.path('a'));
		expect(missing).toBe(configurationHash([]));
		expect(new Set([changed, missing, configurationHash(files)]).size).toBe(3);
	});
});
