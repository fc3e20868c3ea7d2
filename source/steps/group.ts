import {accountName, checkedName} from './names.ts';
import {asScript, inFunction, type Script} from './script.ts';

export function group(step: {name: string; system?: boolean | undefined}): Script {
	const name = checkedName('group name', step.name, accountName);
	return {
		check: inFunction(`
getent group ${name} > /dev/null
case $? in 0) return 0 ;; 2) return 1 ;; *) return 2 ;; esac`),
		apply: asScript(`groupadd ${step.system ? '-r ' : ''}${name}`),
	};
}
