import {EventEmitter} from 'node:events';

/** A terminal's output that keeps what was written, with a size that can change. */
export class FakeScreen extends EventEmitter {
	isTTY = true;
	written = '';
	columns: number;
	rows: number;

	constructor(columns: number, rows: number) {
		super();
		this.columns = columns;
		this.rows = rows;
	}

	write(text: string, done?: () => void): boolean {
		this.written += text;
		done?.();
		return true;
	}

	resize(columns: number, rows: number): void {
		Object.assign(this, {columns, rows});
		this.emit('resize');
	}

	get stream(): NodeJS.WriteStream {
		return this as unknown as NodeJS.WriteStream;
	}
}
