import {asScript, inFunction, type Script} from './script.ts';

export function command(step: {check: string; apply: string}): Script {
	return {check: inFunction(step.check), apply: asScript(step.apply)};
}
