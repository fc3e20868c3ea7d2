/** Copies one host gives out at a time. */
const most = 4;

/** The hosts that have one file, each asked by a few others at a time; whoever got it may give it on. */
export class Holders {
	readonly #busy = new Map<string, number>();
	#waiting: (() => void)[] = [];

	add(host: string): void {
		if (!this.#busy.has(host)) this.#busy.set(host, 0);
		this.#wake();
	}

	/** A host nobody can fetch from. */
	drop(host: string): void {
		this.#busy.delete(host);
		this.#wake();
	}

	/** The least busy host once one has time; undefined where nobody has the file. */
	async take(): Promise<string | undefined> {
		for (;;) {
			const [least] = [...this.#busy].sort(([, a], [, b]) => a - b);
			if (!least) return undefined;
			const [host, busy] = least;
			if (busy < most) {
				this.#busy.set(host, busy + 1);
				return host;
			}
			await new Promise<void>(resolve => this.#waiting.push(resolve));
		}
	}

	giveBack(host: string): void {
		const busy = this.#busy.get(host);
		if (busy !== undefined) this.#busy.set(host, busy - 1);
		this.#wake();
	}

	#wake(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const one of waiting) one();
	}
}
