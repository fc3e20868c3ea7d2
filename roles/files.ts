import type {Step} from '../source/steps/step.ts';

export type FileStep = Extract<Step, {kind: 'file'}>;
export type Owned = {mode?: string; owner?: string; group?: string};

/** A file of root's, or whose it is said to be. */
export function file(
	path: string,
	content: string,
	{mode = '644', owner = 'root', group = owner}: Owned = {},
): FileStep {
	return {kind: 'file', title: `file ${path}`, path, content, mode, owner, group};
}

/** A directory of root's, or whose it is said to be; `only` names the entries that may be in it. */
export function directory(
	path: string,
	{mode = '755', owner = 'root', group = owner}: Owned = {},
	only?: string[],
): Step {
	return {kind: 'directory', title: `directory ${path}`, path, mode, owner, group, ...(only && {only})};
}
