import {Eta} from 'eta';
import {packageFile} from '../source/cluster/package-file.ts';

/**
 * Templates write configuration files, not HTML, so nothing is escaped and line ends stay where the template has them (`-%>` takes
 * one away). A variable nobody gave is an error: a file with a hole in it would reach the host otherwise.
 */
const eta = new Eta({
	autoEscape: false,
	autoTrim: false,
	autoFilter: true,
	filterFunction: value => {
		if (value === undefined || value === null)
			throw new TypeError('a template was given no value for one of its variables');
		return String(value);
	},
	useWith: true,
});

/** Text of the file that templates/ holds for `target`, a path on the host; `data` fills in a template (`.eta`). */
export function template(target: string, data?: Record<string, unknown>): string {
	const path = `templates${target}`;
	return data ? eta.renderString(packageFile(`${path}.eta`), data) : packageFile(path);
}
