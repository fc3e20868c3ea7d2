import {quote} from './quote.ts';
import {asScript, blobs, inFunction, type Script} from './script.ts';
import type {ServiceStep} from './service.ts';

/**
 * A service of SysV init scripts, started at boot and running. Those of the tool's own (roles/sysv.ts) tell by their process
 * which configuration they run with; for the system's own it is written down when this step starts them.
 * @param root of the file system, for tests
 */
export function sysvService({unit, configuration}: ServiceStep, root = ''): Script {
	return {
		check: inFunction(`
${read(unit, root)}
[ -n "$_enabled" ] && [ -n "$_running" ] || return 1
${configuration ? `[ "$_runs" = ${configuration} ] || return 1` : ''}
return 0`),
		apply: asScript(`
${read(unit, root)}
[ -e ${path(root, `/etc/init.d/${unit}`)} ] || fail 'This host has no /etc/init.d/${unit}: the package or file that brings it is missing.'
[ -n "$_enabled" ] || chkconfig ${unit} on
verb=start
[ -z "$_running" ] || verb=restart
service ${unit} "$verb" || fail '${unit} did not start (service ${unit} '"$verb"'); see its log below /var/log.'
sleep 1
service ${unit} status > /dev/null 2>&1 || fail '${unit} started and had ended a second later; see its log below /var/log.'
${
	configuration
		? `if [ -z "$_own" ]; then
	mkdir -p ${path(root, '/var/lib/mesos-setup/services')}
	printf '%s\\n' ${configuration} > ${path(root, `/var/lib/mesos-setup/services/${unit}`)}
fi
${read(unit, root)}
[ "$_runs" = ${configuration} ] || fail '${unit} runs, but with another configuration than was written: a file has changed since.'`
		: ''
}`),
		show: blobs(
			`[ -z "$_running$_enabled" ] || printf '%s, %s\\n' "\${_running:-stopped}" "\${_enabled:-not enabled}"`,
			`printf 'running, enabled\\n'`,
			read(unit, root),
		),
		state: inFunction(`
if service ${unit} status > /dev/null 2>&1; then printf 'running\\n'; else printf 'stopped\\n'; fi`),
	};
}

/** Sets `_enabled`, `_running`, `_own` (a script of this tool) and `_runs`, the configuration's hash. */
function read(unit: string, root: string): string {
	const script = path(root, `/etc/init.d/${unit}`);
	return `
_enabled=; _running=; _own=; _runs=
for _p in ${path(root, '/etc/rc3.d')}/S[0-9][0-9]${unit} ${path(root, '/etc/rc.d/rc3.d')}/S[0-9][0-9]${unit}; do
	if [ -e "$_p" ]; then _enabled=enabled; fi
done
if service ${unit} status > /dev/null 2>&1; then _running=running; fi
if grep -q '^# mesos-setup:' ${script} 2> /dev/null; then _own=1; fi
if [ -n "$_own" ]; then
	_p=; { read -r _p < ${path(root, `/var/run/mesos-setup/${unit}.pid`)} || :; } 2> /dev/null
	_runs=$(tr '\\000' '\\n' < "/proc/\${_p:-0}/environ" 2> /dev/null | sed -n 's/^MESOS_SETUP_CONFIGURATION=//p')
else
	{ read -r _runs < ${path(root, `/var/lib/mesos-setup/services/${unit}`)} || :; } 2> /dev/null
fi`;
}

function path(root: string, name: string): string {
	return quote(`${root}${name}`);
}

/** A service that neither runs nor will at the next boot. */
export function sysvStopped({unit}: {unit: string}): Script {
	return {
		check: inFunction(`
if service ${unit} status > /dev/null 2>&1; then return 1; fi
for _p in /etc/rc3.d/S[0-9][0-9]${unit} /etc/rc.d/rc3.d/S[0-9][0-9]${unit}; do
	if [ -e "$_p" ]; then return 1; fi
done
return 0`),
		apply: asScript(`
if service ${unit} status > /dev/null 2>&1; then service ${unit} stop; fi
chkconfig ${unit} off`),
	};
}

/** Services of the system that are still there read what is left of their configuration. */
export function sysvReleased({units}: {units: string[]}): string {
	return units
		.map(unit => `if service ${unit} status > /dev/null 2>&1; then service ${unit} restart; fi`)
		.concat(':')
		.join('\n');
}
