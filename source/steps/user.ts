import {accountName, checkedName, checkedPath} from './names.ts';
import {quote} from './quote.ts';
import {asScript, inFunction, type Script} from './script.ts';

type UserStep = {
	name: string;
	system?: boolean | undefined;
	group?: string | undefined;
	groups?: string[] | undefined;
	home?: string | undefined;
	shell?: string | undefined;
};

/**
 * A user who exists and is in the supplementary groups. Primary group, home and shell are for a new user only: an
 * existing one is somebody else's decision, and usermod refuses while its processes run.
 */
export function user(step: UserStep): Script {
	const name = checkedName('user name', step.name, accountName);
	const groups = (step.groups ?? []).map(group => checkedName('group name', group, accountName));
	return {
		check: groups.length > 0 ? checkGroups(name, groups) : checkExists(name),
		apply: asScript(`
if getent passwd ${name} > /dev/null; then
	${groups.length > 0 ? `usermod -a -G ${groups.join(',')} ${name}` : ':'}
else
	${create(step, name, groups)}
fi`),
	};
}

function checkExists(name: string): string {
	return inFunction(`
getent passwd ${name} > /dev/null
case $? in 0) return 0 ;; 2) return 1 ;; *) return 2 ;; esac`);
}

function checkGroups(name: string, groups: string[]): string {
	return inFunction(`
{ _g=$(id -nG -- ${name}) || return 1; } 2> /dev/null
${groups.map(group => `case " $_g " in *' ${group} '*) ;; *) return 1 ;; esac`).join('\n')}
return 0`);
}

function create(step: UserStep, name: string, groups: string[]): string {
	const options = [
		// A system user's home is a directory step's business, if it has one at all.
		step.system ? '-r -M' : '-m',
		groups.length > 0 && `-G ${groups.join(',')}`,
		step.home !== undefined && `-d ${quote(checkedPath(step.home))}`,
		step.shell !== undefined && `-s ${quote(checkedPath(step.shell))}`,
	].filter(Boolean);
	if (step.group !== undefined) {
		return `useradd ${options.join(' ')} -g ${checkedName('group name', step.group, accountName)} ${name}`;
	}
	return `own=-U
	if getent group ${name} > /dev/null; then own='-g ${name}'; fi
	useradd ${options.join(' ')} $own ${name}`;
}
