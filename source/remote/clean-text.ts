import {stripVTControlCharacters} from 'node:util';

/** Text a host printed, made harmless for a terminal: no escape sequences, no control characters but newline and tab. */
export function cleanText(text: string): string {
	return stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(/[^\P{Cc}\n\t]/gu, '');
}

const longestLine = 500;
const linesPerSecond = 50;

/**
 * Cuts a byte stream into clean lines for the eye. A line beyond 500 characters is cut, more than 50 lines in a second
 * are counted and told instead of shown, so that no host can flood the screen or the log. `now` in ms.
 */
export function lineFeed(listener: (line: string) => void, now: () => number): (chunk: Buffer) => void {
	const decoder = new TextDecoder();
	let rest = '';
	let second = 0;
	let shown = 0;
	let hidden = 0;
	function tell(raw: string): void {
		const current = Math.floor(now() / 1000);
		if (current !== second) {
			if (hidden > 0) listener(`... ${hidden} more lines not shown`);
			second = current;
			shown = 0;
			hidden = 0;
		}
		if (shown >= linesPerSecond) {
			hidden += 1;
			return;
		}
		// A progress bar redraws its line after a carriage return; the last state is what counts.
		const visible = raw.slice(raw.replace(/\r+$/, '').lastIndexOf('\r') + 1);
		const line = cleanText(visible.slice(0, longestLine)).trimEnd();
		if (line === '') return;
		shown += 1;
		listener(line);
	}
	return chunk => {
		const lines = (rest + decoder.decode(chunk, {stream: true})).split('\n');
		rest = (lines.pop() ?? '').slice(-longestLine * 8);
		for (const line of lines) tell(line);
	};
}
