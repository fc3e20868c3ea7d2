import {PassThrough} from 'node:stream';
import {Box, render, Text, useInput, usePaste} from 'ink';
import SelectInput from 'ink-select-input';
import {useState} from 'react';
import {describe, expect, test, vi} from 'vitest';
import {KeyStream, splitKeys} from '../../../source/panels/key-stream.ts';
import {FakeScreen} from './fake-screen.ts';

class FakeKeyboard extends PassThrough {
	isTTY = true;
	modes: boolean[] = [];
	setRawMode(on: boolean): this {
		this.modes.push(on);
		return this;
	}
	ref(): void {}
	unref(): void {}
}

function mount(screen: React.ReactElement) {
	const keyboard = new FakeKeyboard();
	const stdin = new KeyStream(keyboard);
	const stdout = new FakeScreen(80, 24);
	const app = render(screen, {
		stdin,
		stdout: stdout.stream,
		interactive: true,
		exitOnCtrlC: false,
		patchConsole: false,
	});
	return {keyboard, app};
}

const items = ['one', 'two', 'three', 'four'].map(value => ({label: value, value}));

describe('cutting', () => {
	test('keys, sequences and pastes come apart', () => {
		expect(splitKeys('a\r\u001b[A\u001bOB\u001b[5~\u007fé')).toEqual({
			keys: ['a', '\r', '\u001b[A', '\u001bOB', '\u001b[5~', '\u007f', 'é'],
			rest: '',
		});
		expect(splitKeys('\u001b[200~a\rb\u001b[201~x').keys).toEqual(['\u001b[200~a\rb\u001b[201~', 'x']);
		expect(splitKeys('\r\n').keys).toEqual(['\r', '\n']);
		expect(splitKeys('\u001bj').keys).toEqual(['\u001b', 'j']);
		expect(splitKeys('\u001b\u001b[B').keys).toEqual(['\u001b', '\u001b[B']);
	});

	test('the beginning of a key waits for its end', () => {
		for (const rest of ['\u001b', '\u001b[', '\u001b[1;5', '\u001bO', '\u001b[200~half a paste']) {
			expect(splitKeys(`a${rest}`)).toEqual({keys: ['a'], rest});
		}
	});

	test('nothing is lost, wherever the chunks end', () => {
		const text = 'ab\u001b[A\u001b[200~p q\u001b[201~\u001bOC\r👍🏽z';
		const whole = splitKeys(text).keys;
		for (let cut = 1; cut < text.length; cut++) {
			const first = splitKeys(text.slice(0, cut));
			const second = splitKeys(first.rest + text.slice(cut));
			expect([...first.keys, ...second.keys].join('')).toBe(text);
			expect([...first.keys, ...second.keys]).toContain('\u001b[A');
		}
		expect(whole).toHaveLength(8);
	});
});

describe('in front of Ink', () => {
	test('a burst in one chunk chooses what the same keys one by one would', async () => {
		const onSelect = vi.fn();
		const {keyboard, app} = mount(<SelectInput items={items} onSelect={onSelect} />);
		await app.waitUntilRenderFlush();
		keyboard.write('\u001b[B\u001b[B\r');
		await vi.waitFor(() => expect(onSelect).toHaveBeenCalled());
		expect(onSelect).toHaveBeenCalledWith(items[2]);
		app.unmount();
	});

	test('keys of a burst reach the screen that the keys before them opened', async () => {
		const seen = vi.fn();
		const Second = () => {
			useInput((input, key) => seen(key.escape ? 'esc' : input));
			return <Text>second</Text>;
		};
		const Screens = () => {
			const [chosen, choose] = useState(false);
			return <Box>{chosen ? <Second /> : <SelectInput items={items} onSelect={() => choose(true)} />}</Box>;
		};
		const {keyboard, app} = mount(<Screens />);
		await app.waitUntilRenderFlush();
		keyboard.write('\u001b[B\rhi');
		await vi.waitFor(() => expect(seen.mock.calls.flat()).toEqual(['h', 'i']));
		keyboard.write('\u001b');
		await vi.waitFor(() => expect(seen.mock.calls.flat()).toEqual(['h', 'i', 'esc']));
		keyboard.write('\u001bj');
		await vi.waitFor(() => expect(seen.mock.calls.flat()).toEqual(['h', 'i', 'esc', 'esc', 'j']));
		app.unmount();
	});

	test('a paste arrives whole', async () => {
		const pasted = vi.fn();
		const Field = () => {
			useInput(() => {});
			usePaste(pasted);
			return <Text>field</Text>;
		};
		const {keyboard, app} = mount(<Field />);
		await app.waitUntilRenderFlush();
		keyboard.write('\u001b[200~/a key');
		keyboard.write('.pem\u001b[201~');
		await vi.waitFor(() => expect(pasted).toHaveBeenCalledWith('/a key.pem'));
		app.unmount();
	});

	test('the terminal is listened to only while Ink wants keys, and left as it was', async () => {
		const {keyboard, app} = mount(<SelectInput items={items} />);
		await app.waitUntilRenderFlush();
		expect(keyboard.modes).toEqual([true]);
		expect(keyboard.listenerCount('readable')).toBe(1);
		app.unmount();
		await app.waitUntilExit();
		expect(keyboard.modes).toEqual([true, false]);
		expect(keyboard.listenerCount('readable')).toBe(0);
	});
});
