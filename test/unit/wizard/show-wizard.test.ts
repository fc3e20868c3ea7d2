import {Console} from 'node:console';
import {PassThrough} from 'node:stream';
import {expect, test, vi} from 'vitest';
import {lookFor} from '../../../source/panels/look.ts';
import {createRunStore} from '../../../source/panels/run-store.ts';
import {showWizard} from '../../../source/wizard/show-wizard.tsx';
import type {Wizard} from '../../../source/wizard/wizard.ts';
import {FakeScreen} from '../panels/fake-screen.ts';
import {start} from './fixture.ts';

// Ink makes one of its own, and vitest's console has none.
console.Console = Console;

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

function show(wizard: Wizard) {
	const keyboard = new FakeKeyboard();
	const screen = new FakeScreen(80, 24);
	const closed = showWizard({
		wizard,
		look: lookFor({LANG: 'C.UTF-8'}, false),
		run: () => panels,
		logPath: '/tmp/log',
		streams: {stdin: keyboard as unknown as NodeJS.ReadStream, stdout: screen.stream, stderr: screen.stream},
	});
	return {keyboard, screen, closed};
}

test('keys that come in one chunk do what the same keys one by one would', async () => {
	const {wizard} = start();
	await wizard.idle();
	const {keyboard, closed} = show(wizard);
	keyboard.write('\u001b[B\u001b[B\r');
	await vi.waitFor(() => expect(wizard.getState().at).toBe('file'));
	keyboard.write('\u0015lab.yaml\u001b');
	await vi.waitFor(() => expect(wizard.getState().at).toBe('start'));
	expect(wizard.getState().file.path.text).toBe('lab.yaml');
	keyboard.write('\u0003');
	await closed;
});

test('a paste is text, whatever is in it', async () => {
	const {wizard} = start();
	await wizard.idle();
	const {keyboard, closed} = show(wizard);
	keyboard.write('\u001b[F\r');
	await vi.waitFor(() => expect(wizard.getState().at).toBe('addresses'));
	keyboard.write('\u001b[200~10.0.0.1\r10.0.0.2\u001b[201~');
	await vi.waitFor(() => expect(wizard.getState().addresses.lines).toEqual(['10.0.0.1', '10.0.0.2']));
	keyboard.write('\u0003');
	await closed;
});

test('Ctrl-C ends it', async () => {
	const {wizard} = start();
	await wizard.idle();
	const {keyboard, closed} = show(wizard);
	keyboard.write('\u0003');
	await closed;
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
	const {keyboard, screen, closed} = show(wizard);
	while (wizard.getState().at !== 'install') {
		await wizard.idle();
		const before = wizard.getState();
		keyboard.write('\r');
		await vi.waitFor(() => expect(wizard.getState()).not.toBe(before));
	}
	await vi.waitFor(() => expect(screen.written).toContain('install mesos'));
	keyboard.write('\u0003');
	await vi.waitFor(() => expect(wizard.getState().install.stopped).toBe(true));
	await vi.waitFor(() => expect(screen.written).toContain('The installation was stopped'));
	keyboard.write('\u0003');
	await closed;
});

test('one that was over before it could be drawn is not waited for', async () => {
	const {wizard} = start();
	wizard.dispatch({type: 'left'});
	await show(wizard).closed;
});
