import {daemonPorts} from '../cluster/ports.ts';
import {asScript, blobs, inFunction, type Script} from './script.ts';
import type {ServiceStep} from './service.ts';

/** What to call a unit whose enabling is nobody's business but its own. */
const enabledStates = 'enabled|static|indirect|generated|alias';

/**
 * A systemd unit, enabled and active and, where a configuration is given, with that configuration's hash in its main
 * process's environment. Apply restarts it only when it runs with another one.
 */
export function systemdService({unit: name, configuration}: ServiceStep): Script {
	const unit = fullName(name);
	return {
		check: inFunction(`
${readUnit(unit)}
_read || return 2
case "$_active $_file $_reload" in 'active '*' no' | 'reloading '*' no') ;; *) return 1 ;; esac
case $_file in ${enabledStates}) ;; *) return 1 ;; esac
${configuration ? `${carries(configuration)} || return 1` : ''}
return 0`),
		apply: apply(unit, configuration),
		show: show(unit, configuration),
		state: inFunction(`
if systemctl is-active --quiet ${unit}; then printf 'running\\n'; else printf 'stopped\\n'; fi`),
	};
}

function fullName(name: string): string {
	return /\.(service|socket|timer|path|target|mount)$/.test(name) ? name : `${name}.service`;
}

/** A unit that neither runs nor will at the next boot; one that is not there is both. */
export function systemdStopped({unit}: {unit: string}): Script {
	const name = fullName(unit);
	return {
		check: inFunction(`
! systemctl -q is-active ${name} && [ "$(systemctl is-enabled ${name} 2> /dev/null)" != enabled ]`),
		// Two words instead of --now, which is younger than the oldest systemd there is.
		apply: asScript(`systemctl stop ${name}\nsystemctl disable ${name}`),
	};
}

/** Units read what is left of their configuration; not every package stops its daemon when it goes. */
export function systemdReleased({units}: {units: string[]}): string {
	return [
		'systemctl daemon-reload',
		'systemctl reset-failed',
		...units
			.map(fullName)
			.map(
				unit =>
					`if systemctl -q is-active ${unit}; then systemctl try-restart ${unit} 2> /dev/null || systemctl stop ${unit}; fi`,
			),
	].join('\n');
}

/** `_read` asks systemd once; timers and targets have no main process, `_pid` is 0 then. */
function readUnit(unit: string): string {
	return `
_read() {
	_v=$(systemctl show -p LoadState -p ActiveState -p SubState -p UnitFileState -p MainPID -p NeedDaemonReload ${unit}) || return 2
	_load=; _active=; _sub=; _file=; _pid=0; _reload=no
	for _p in $_v; do
		case $_p in
		LoadState=*) _load=\${_p#*=} ;;
		ActiveState=*) _active=\${_p#*=} ;;
		SubState=*) _sub=\${_p#*=} ;;
		UnitFileState=*) _file=\${_p#*=} ;;
		MainPID=*) _pid=\${_p#*=} ;;
		NeedDaemonReload=*) _reload=\${_p#*=} ;;
		esac
	done
}`;
}

function carries(configuration: string): string {
	return `grep -q -z -x -F MESOS_SETUP_CONFIGURATION=${configuration} "/proc/$_pid/environ" 2> /dev/null`;
}

function apply(unit: string, configuration: string | undefined): string {
	return asScript(`
${readUnit(unit)}
began=$(date '+%Y-%m-%d %H:%M:%S')
complain() {
	# What a daemon says just before it ends is not in the journal yet when it has ended; before 228 that could not be waited for.
	journalctl --sync > /dev/null 2>&1 || :
	# Not -n, which counts from --since on: what a talkative daemon says last would be cut off.
	words=$(journalctl -u ${unit} --since "$began" --no-pager -o cat | tail -n 60) || :
	printf '%s\\n' "$words" >&2
	${takenPorts(unit)}
	fail "$1"
}
# Always: systemd 252 does not notice the first drop-in of a unit it has loaded, NeedDaemonReload stays "no".
systemctl daemon-reload
_read
[ "$_load" != not-found ] || fail 'systemd knows no unit ${unit}: the package or file that brings it is missing.'
[ "$_load" != masked ] || fail 'Somebody has masked ${unit}. If it may run: systemctl unmask ${unit}'
case $_file in ${enabledStates}) ;; *) systemctl enable ${unit} ;; esac
# A unit that has failed or waits for its next automatic restart starts from a clean slate.
verb=start
case "$_active $_sub" in
active* | reloading*) ${configuration ? `${carries(configuration)} || verb=restart` : ''} ;;
failed* | *auto-restart*) systemctl reset-failed ${unit}; verb=restart ;;
esac
systemctl $verb ${unit} || complain '${unit} did not start; its last words are above.'
_read
started=$_pid
sleep 1
_read
case $_active in active | reloading) ;; *) complain "${unit} started and is $_active ($_sub) a second later; its last words are above." ;; esac
[ "$_pid" = "$started" ] || complain '${unit} started, ended and was started again within a second; its last words are above.'
${
	configuration
		? `${carries(configuration)} || fail '${unit} runs, but with another configuration than was written: a file has changed since, or its unit does not take /run/mesos-setup into its environment.'`
		: ''
}`);
}

/** Text that names who listens where the daemon wanted to, when it has said that somebody does. */
function takenPorts(unit: string): string {
	const ports = [...daemonPorts].flatMap(([port, daemon]) =>
		`${daemon.toLowerCase()}.service` === unit ? [port] : [],
	);
	if (ports.length === 0) return ':';
	return `case $words in *'ddress already in use'* | *BindException* | *EADDRINUSE*)
		for port in ${ports.join(' ')}; do
			who=$(ss -Hltnp "sport = :$port" 2> /dev/null | sed -n 's/.*users:(("\\([^"]*\\)",pid=\\([0-9]*\\).*/\\1 (pid \\2)/p' | head -n 1)
			[ -z "$who" ] || printf 'Port %s is taken by %s.\\n' "$port" "$who" >&2
		done ;;
	esac`;
}

function show(unit: string, configuration: string | undefined): string {
	const current = configuration
		? `_h=$(sed -z -n 's/^MESOS_SETUP_CONFIGURATION=//p' "/proc/$_pid/environ" 2> /dev/null | tr -d '\\000')
	printf ', configuration %.12s' "\${_h:-unknown}"`
		: ':';
	return blobs(
		`
if [ "$_load" != not-found ]; then
	printf '%s, %s' "$_active" "\${_file:-not enabled}"
	[ "$_pid" = 0 ] || { ${current}; }
	[ "$_reload" = no ] || printf ', its unit file has changed'
	printf '\\n'
fi`,
		`case $_file in ${enabledStates}) ;; *) _file=enabled ;; esac
printf 'active, %s${configuration ? `, configuration ${configuration.slice(0, 12)}` : ''}\\n' "$_file"`,
		`${readUnit(unit)}
_read || return 2`,
	);
}
