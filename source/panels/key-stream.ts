import {Readable} from 'node:stream';

/** What the stream needs of a terminal's input; `process.stdin`, or a test's. */
export type Keyboard = Readable & {
	isTTY?: boolean;
	setRawMode?(on: boolean): unknown;
	ref?(): unknown;
	unref?(): unknown;
};

const esc = '\u001b';
const pasteStart = `${esc}[200~`;
const pasteEnd = `${esc}[201~`;
// CSI (with the doubled bracket of the Linux console and rxvt's shifted keys) and SS3.
const sequence = /^\u001b(?:\[\[?[0-?]*[ -/]*[@-~]|O[\d;]*[@-~])/;
const unfinished = /^\u001b(?:\[\[?[0-?]*[ -/]*|O[\d;]*)?$/;
const graphemes = new Intl.Segmenter(undefined, {granularity: 'grapheme'});

/**
 * Cuts what a terminal sent into single keys; a bracketed paste is one. `rest` is the beginning of a key whose end has not
 * come yet. Escape followed by a letter is two keys: nothing here uses Alt, and a burst of Esc and a key looks the same.
 */
export function splitKeys(text: string): {keys: string[]; rest: string} {
	const keys: string[] = [];
	let rest = text;
	while (rest !== '') {
		let key: string | undefined;
		if (rest.startsWith(pasteStart)) {
			const end = rest.indexOf(pasteEnd);
			if (end === -1) break;
			key = rest.slice(0, end + pasteEnd.length);
		} else if (rest.startsWith(esc)) {
			if (unfinished.test(rest)) break;
			key = sequence.exec(rest)?.[0] ?? esc;
		} else {
			// A carriage return and a line feed are one grapheme, but two keys.
			key = /^\p{Cc}/u.exec(rest)?.[0] ?? graphemes.segment(rest).containing(0)?.segment;
		}
		if (key === undefined) break;
		keys.push(key);
		rest = rest.slice(key.length);
	}
	return {keys, rest};
}

// A key's later bytes follow at once, also over a slow link; only a person's Esc stands alone this long (ms).
const loneEscape = 30;
// Ink keeps a bare ESC back to see whether more follows. In this form, the kitty protocol's, it is complete.
const completeEscape = `${esc}[27u`;

const settled = (then: () => void) => setImmediate(() => setImmediate(then));

/**
 * Stands in front of Ink as its stdin and hands it one key at a time, the next when what the last one changed is on its
 * way to the screen: Ink gives a burst (slow link, paste, a script) to handlers that have not seen the first key yet.
 * Listens to `source` only in raw mode, so line prompts before and after have it for themselves.
 */
export class KeyStream extends Readable {
	readonly isTTY: boolean;
	readonly #source: Keyboard;
	#keys: string[] = [];
	#rest = '';
	#wanted = false;
	#raw = false;
	#flush: NodeJS.Timeout | undefined;

	constructor(source: Keyboard) {
		super({objectMode: true, highWaterMark: 1});
		this.#source = source;
		this.isTTY = source.isTTY === true;
		// A terminal that is gone is told by its signal; that it cannot be read any more is no news.
		source.on('error', () => {});
	}

	setRawMode(on: boolean): this {
		if (on === this.#raw) return this;
		this.#raw = on;
		if (on) {
			this.#source.setEncoding('utf8');
			this.#source.setRawMode?.(true);
			this.#source.on('readable', this.#take);
		} else {
			this.#source.off('readable', this.#take);
			this.#source.setRawMode?.(false);
			clearTimeout(this.#flush);
			this.#keys = [];
			this.#rest = '';
		}
		return this;
	}

	ref(): this {
		this.#source.ref?.();
		return this;
	}

	unref(): this {
		this.#source.unref?.();
		return this;
	}

	/** Keys are text already; a decoder in between would join them. */
	override setEncoding(): this {
		return this;
	}

	override _read(): void {
		settled(() => {
			this.#wanted = true;
			this.#hand();
		});
	}

	readonly #take = () => {
		clearTimeout(this.#flush);
		for (let chunk = this.#source.read(); chunk !== null; chunk = this.#source.read()) {
			const {keys, rest} = splitKeys(this.#rest + chunk);
			this.#keys.push(...keys);
			this.#rest = rest;
		}
		if (this.#rest !== '' && !this.#rest.startsWith(pasteStart)) {
			this.#flush = setTimeout(() => {
				const [first = '', ...others] = this.#rest;
				this.#keys.push(first, ...others);
				this.#rest = '';
				this.#hand();
			}, loneEscape);
		}
		this.#hand();
	};

	#hand(): void {
		if (!this.#wanted) return;
		const key = this.#keys.shift();
		if (key === undefined) return;
		this.#wanted = false;
		this.push(key === esc ? completeEscape : key);
	}
}
