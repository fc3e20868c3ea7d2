import {PassThrough} from 'node:stream';
import {render} from 'ink';
import {expect, test, vi} from 'vitest';
import {KeyStream} from '../../../source/panels/key-stream.ts';
import {lookFor} from '../../../source/panels/look.ts';
import {createRunStore} from '../../../source/panels/run-store.ts';
import {App} from '../../../source/wizard/app.tsx';
import type {Wizard} from '../../../source/wizard/wizard.ts';
import {FakeScreen} from '../panels/fake-screen.ts';
import {start} from './fixture.ts';

class FakeKeyboard extends PassThrough {
	isTTY = true;
	setRawMode(): this {
		return this;
	}
	ref(): void {}
	unref(): void {}
}

const panels = {
	title: 'install mesos',
	store: createRunStore({hosts: [{name: 'master-1', role: 'master'}], gates: []}),
};

function mount(wizard: Wizard) {
	const keyboard = new FakeKeyboard();
	const screen = new FakeScreen(80, 24);
	const app = render(
		<App wizard={wizard} look={lookFor({LANG: 'C.UTF-8'}, false)} run={() => panels} logPath="/tmp/log" />,
		{
			stdin: new KeyStream(keyboard),
			stdout: screen.stream,
			interactive: true,
			exitOnCtrlC: false,
			patchConsole: false,
		},
	);
	return {keyboard, screen, app};
}

test('keys that come in one chunk do what the same keys one by one would', async () => {
	const {wizard} = start();
	await wizard.idle();
	const {keyboard, app} = mount(wizard);
	await app.waitUntilRenderFlush();
	keyboard.write('\u001b[B\u001b[B\r');
	await vi.waitFor(() => expect(wizard.getState().at).toBe('file'));
	keyboard.write('\u0015lab.yaml\u001b');
	await vi.waitFor(() => expect(wizard.getState().at).toBe('start'));
	expect(wizard.getState().file.path.text).toBe('lab.yaml');
	app.unmount();
});

test('a paste is text, whatever is in it', async () => {
	const {wizard} = start();
	await wizard.idle();
	const {keyboard, app} = mount(wizard);
	await app.waitUntilRenderFlush();
	keyboard.write('\u001b[F\r');
	await vi.waitFor(() => expect(wizard.getState().at).toBe('addresses'));
	keyboard.write('\u001b[200~10.0.0.1\r10.0.0.2\u001b[201~');
	await vi.waitFor(() => expect(wizard.getState().addresses.lines).toEqual(['10.0.0.1', '10.0.0.2']));
	app.unmount();
});

test('Ctrl-C ends the app', async () => {
	const {wizard} = start();
	await wizard.idle();
	const {keyboard, app} = mount(wizard);
	await app.waitUntilRenderFlush();
	keyboard.write('\u0003');
	await app.waitUntilExit();
	expect(wizard.getState().exit).toEqual({code: 130});
});

test('while it installs the panels are shown; their Ctrl-C stops the run', async () => {
	const apply = async (
		_subject: unknown,
		listener: (event: {event: 'note'; text: string}) => void,
		{signal}: {signal: AbortSignal},
	) => {
		listener({event: 'note', text: 'begun'});
		await new Promise(resolve => signal.addEventListener('abort', resolve));
		return {failed: 0, changed: 0, ms: 1, stopped: true};
	};
	const {wizard} = start({apply});
	const {keyboard, screen, app} = mount(wizard);
	for (let keys = 0; wizard.getState().at !== 'install'; keys++) {
		await wizard.idle();
		await app.waitUntilRenderFlush();
		keyboard.write('\r');
		await vi.waitFor(() => expect(wizard.getState()).not.toBe(undefined));
		await new Promise(resolve => setImmediate(resolve));
		if (keys > 100) throw new Error(`stuck at ${wizard.getState().at}`);
	}
	await vi.waitFor(() => expect(screen.written).toContain('install mesos'));
	keyboard.write('\u0003');
	await vi.waitFor(() => expect(wizard.getState().install.stopped).toBe(true));
	await vi.waitFor(() => expect(screen.written).toContain('The installation was stopped'));
	app.unmount();
});
