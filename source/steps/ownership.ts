import {checkedName} from './names.ts';
import {quote} from './quote.ts';
import type {Ownership} from './step.ts';

const modePattern = /^[0-7]{3,5}$/;
const accountPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/** Ownership in the words of stat: the format that asks for it and the answer expected, both empty if nothing is asked. */
export function statOf(ownership: Ownership): {format: string; expected: string} {
	const parts = partsOf(ownership);
	return {format: parts.map(part => part.format).join(' '), expected: parts.map(part => part.value).join(' ')};
}

/** Commands that give the shell word (a path) this ownership; chown first, as it clears the special bits. */
export function giveOwnership(ownership: Ownership, word: string): string {
	const {mode, owner, group} = checked(ownership);
	const lines: string[] = [];
	if (owner !== undefined || group !== undefined) {
		lines.push(`chown -- ${quote(`${owner ?? ''}${group === undefined ? '' : `:${group}`}`)} ${word}`);
	}
	if (mode !== undefined) lines.push(`chmod -- ${mode} ${word}`);
	return lines.join('\n');
}

function checked({mode, owner, group}: Ownership): Ownership {
	return {
		mode: mode === undefined ? undefined : Number.parseInt(checkedName('file mode', mode, modePattern), 8).toString(8),
		owner: owner === undefined ? undefined : checkedName('user name', owner, accountPattern),
		group: group === undefined ? undefined : checkedName('group name', group, accountPattern),
	};
}

function partsOf(ownership: Ownership): {format: string; value: string}[] {
	const {mode, owner, group} = checked(ownership);
	const parts = [
		{format: '%a', value: mode},
		{format: '%U', value: owner},
		{format: '%G', value: group},
	];
	return parts.flatMap(({format, value}) => (value === undefined ? [] : [{format, value}]));
}
