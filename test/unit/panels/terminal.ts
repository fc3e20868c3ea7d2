import {spawn} from '@lydell/node-pty';
import headless from '@xterm/headless';

/** A program in a real tty, and the screen it draws. */
export type Terminal = {
	pid: number;
	/** What is visible, line by line, without trailing spaces. */
	screen(): string;
	/** Lines that have left the screen upwards, and the screen. */
	scrollback(): string;
	columns(): number;
	isAlternate(): boolean;
	isCursorVisible(): boolean;
	/** Everything the program wrote. */
	written(): string;
	send(keys: string): void;
	resize(columns: number, rows: number): void;
	/** Resolves with the screen as soon as it shows this; rejects with the screen when patience is at its end. */
	until(expected: RegExp | (() => boolean), what?: string): Promise<string>;
	close(): void;
};

type TerminalOptions = {
	columns: number;
	rows: number;
	env?: NodeJS.ProcessEnv;
	/** Milliseconds. */
	patience?: number;
};

export function openTerminal(
	command: [program: string, ...args: string[]],
	{columns, rows, env = {}, patience = 15_000}: TerminalOptions,
): Terminal {
	const term = new headless.Terminal({cols: columns, rows, allowProposedApi: true, scrollback: 1000});
	// Ink draws nothing where it believes to run in CI; a user's terminal does not say so.
	const {CI: _, NO_COLOR: __, ...inherited} = process.env;
	const [program, ...args] = command;
	const pty = spawn(program, args, {
		name: 'xterm-256color',
		cols: columns,
		rows,
		env: {...inherited, LANG: 'C.UTF-8', LC_ALL: '', TERM: 'xterm-256color', ...env},
	});
	let written = '';
	let isCursorVisible = true;
	const listeners = new Set<() => void>();
	pty.onData(data => {
		written += data;
		for (const [, on] of data.matchAll(/\u001b\[\?25([hl])/g)) isCursorVisible = on === 'h';
		term.write(data, () => {
			for (const listener of listeners) listener();
		});
	});
	const lines = (from: number, to: number) =>
		Array.from({length: to - from}, (_, i) => term.buffer.active.getLine(from + i)?.translateToString(true) ?? '');
	const screen = () => lines(term.buffer.active.viewportY, term.buffer.active.viewportY + term.rows).join('\n');

	return {
		pid: pty.pid,
		screen,
		scrollback: () => lines(0, term.buffer.active.length).join('\n'),
		columns: () => term.cols,
		isAlternate: () => term.buffer.active.type === 'alternate',
		isCursorVisible: () => isCursorVisible,
		written: () => written,
		send: keys => pty.write(keys),
		resize(columns, rows) {
			term.resize(columns, rows);
			pty.resize(columns, rows);
		},
		until(expected, what) {
			const {promise, resolve, reject} = Promise.withResolvers<string>();
			const met = typeof expected === 'function' ? expected : () => expected.test(screen());
			const check = () => {
				if (met()) resolve(screen());
			};
			const timer = setTimeout(
				() => reject(new Error(`${what ?? expected} did not come; the screen:\n${screen()}`)),
				patience,
			);
			listeners.add(check);
			check();
			return promise.finally(() => {
				clearTimeout(timer);
				listeners.delete(check);
			});
		},
		close: () => {
			pty.kill('SIGKILL');
			term.dispose();
		},
	};
}
