# The runner: executes framed steps on a host, as root, for one controller. Sent through the connection, never installed.
#
# Every line read is a call of one of the functions below with quoted words; every line written is
# `NONCE ID WORD...`. A step that complies must cost no fork here, so its way through uses builtins alone.
# Set in front by the controller: ms_nonce N (a newline) ms_run ms_state ms_tick ms_stale ms_eye.
# Names start with ms_; the texts of steps own every name that starts with _.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C HOME=/root
export PATH LC_ALL HOME
umask 077
ms_base=$ms_run/mesos-setup ms_lock=$ms_run/mesos-setup.lock
ms_dir= ms_busy= ms_held= ms_failed= ms_own= ms_watch= ms_gone=

ms_say() { printf '%s %s %s\n' "$ms_nonce" "$ms_id" "$*"; }

ms_leave() {
	if [ "$ms_watch" ]; then kill "$ms_watch" 2>/dev/null; fi
	if [ -z "$ms_dir" ]; then return; fi
	if [ "$ms_dir/lock" -ef "$ms_lock" ]; then rm -f "$ms_lock"; fi
	rm -rf "$ms_dir"
}

# A handler instead of '' for PIPE and HUP: children get the default back.
trap : PIPE HUP
trap ms_leave EXIT
trap 'if [ "$ms_busy" ]; then true >"$ms_dir/stop"; else exit 143; fi' TERM

ms_tail() { if [ "$ms_secret" = 0 ] && [ -s "$1" ]; then tail -c 8192 "$1" | base64 | tr -d '\n'; fi; }

# `command` takes from eval the right to end the shell over a syntax error.
ms_eval() { ms_ran=1; command eval "$ms_text"; }

ms_check() { # file; the status of the check in ms_code
	ms_ran=
	ms_eval </dev/null >>"$1" 2>&1
	ms_code=$?
	# Without room for its output a check does not run at all; its status would be the redirection's.
	if [ -z "$ms_ran" ]; then ms_code=125; fi
	# What a killed check says of the state means nothing.
	if [ -e "$ms_dir/killed" ]; then ms_code=124; fi
}

ms_journal() {
	if [ "$ms_had" ] && ! [ -e "$ms_state/journal" ]; then ms_gone=1; fi
	# What a reset took away must not come back with the next line.
	if [ -z "$ms_own" ] || [ "$ms_gone" ]; then return; fi
	(
		umask 022
		[ -d "$ms_state" ] || mkdir -p "$ms_state"
		printf '%s %s %s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$ms_own" "$ms_title" "$1" >>"$ms_state/journal"
	)
}

ms_fail() { # phase file
	ms_failed=1
	ms_journal failed
	ms_say failed "$1" "$ms_code" "$(ms_tail "$2")"
}

ms_show() {
	ms_text=$ms_extra
	if [ "$ms_text" ] && ms_eval </dev/null >"$ms_dir/show" 2>/dev/null && [ "$(wc -c <"$ms_dir/show")" -le 1048576 ]; then
		printf '%s %s would-change ' "$ms_nonce" "$ms_id"
		tr '\n' ' ' <"$ms_dir/show"
		printf '\n'
	else
		ms_say would-change
	fi
}

ms_hold() {
	ms_held=1 ms_text=$ms_extra
	true >"$ms_dir/show"
	if [ "$ms_text" ]; then ms_eval </dev/null >"$ms_dir/show" 2>/dev/null; fi
	ms_say held "$(head -c 256 "$ms_dir/show" | base64 | tr -d '\n')"
}

# A controller that dies must be noticed before anything it has written is applied, and only its control channel notices.
ms_attached() {
	ms_tries=0
	until [ -e "$ms_dir/control" ]; do
		if [ "$ms_tries" -ge 300 ]; then true >"$ms_dir/stop"; fi
		if [ -e "$ms_dir/stop" ]; then return 1; fi
		ms_tries=$((ms_tries + 1))
		sleep 0.1
	done
	! [ -e "$ms_dir/stop" ]
}

ms_change() {
	if ! ms_attached; then ms_say skipped; return; fi
	ms_out=$ms_dir/out.$ms_id
	ms_say '>' applying
	if ! printf '%s\n' "$ms_apply" >"$ms_dir/script"; then
		printf 'The script of the step could not be written to %s.\n' "$ms_dir" >"$ms_out"
		ms_code=1
		ms_fail apply "$ms_out"
		return
	fi
	true >"$ms_out"
	ms_grace=
	if [ "$ms_kill" = 1 ]; then ms_grace='-k 10'; fi
	# Not a group leader yet, so setsid need not fork: $! is the step's process group.
	( umask 022; exec setsid timeout $ms_grace "$ms_limit" sh -eu "$ms_dir/script" </dev/null >"$ms_out" 2>&1 ) &
	ms_pid=$!
	printf '%s %s\n' "$ms_pid" "$ms_kill" >"$ms_dir/step"
	if [ "$ms_live" = 1 ] && [ "$ms_eye" ] && [ "$ms_secret" = 0 ]; then
		tail -f -s 0.2 --pid="$ms_pid" -c +1 "$ms_out" </dev/null >&2 2>/dev/null &
	fi
	while :; do
		wait "$ms_pid"
		ms_code=$?
		# Above 128 a trapped signal may have ended the wait, not the step.
		if [ "$ms_code" -le 128 ] || ! kill -0 "$ms_pid" 2>/dev/null; then break; fi
	done
	# Ended from outside: what the step has started must not live on.
	if [ "$ms_code" -gt 123 ]; then
		if [ "$ms_kill" = 1 ]; then kill -KILL "-$ms_pid" 2>/dev/null; else kill -TERM "-$ms_pid" 2>/dev/null; fi
	fi
	rm -f "$ms_dir/step" "$ms_dir/script"
	if [ "$ms_code" -ne 0 ]; then
		ms_fail apply "$ms_out"
	else
		ms_say '>' checking
		ms_check "$ms_out"
		if [ "$ms_code" -eq 0 ]; then
			ms_journal changed
			ms_say changed "$(ms_tail "$ms_out")"
		else
			ms_fail recheck "$ms_out"
		fi
	fi
	rm -f "$ms_out"
}

ms_step() { # id mode seconds kill secret live title check apply extra(show or state)
	ms_id=$1 ms_mode=$2 ms_limit=$3 ms_kill=$4 ms_secret=$5 ms_live=$6 ms_title=$7 ms_text=$8 ms_apply=$9 ms_extra=${10}
	if [ -e "$ms_dir/stop" ] || [ "$ms_failed" ]; then ms_say skipped; return; fi
	if [ "$ms_held" ]; then ms_say deferred; return; fi
	ms_busy=1 ms_had=
	if [ -e "$ms_state/journal" ]; then ms_had=1; fi
	true >"$ms_dir/out"
	ms_check "$ms_dir/out"
	case $ms_code in
	0) ms_say ok ;;
	1) case $ms_mode in plan) ms_show ;; hold) ms_hold ;; apply) ms_change ;; esac ;;
	*) ms_fail check "$ms_dir/out" ;;
	esac
	ms_busy=
}

ms_ask() { # id script
	ms_id=$1 ms_busy=1 ms_secret=0
	( command eval "$2" ) </dev/null >"$ms_dir/ask" 2>"$ms_dir/out"
	ms_code=$?
	ms_bytes=$(wc -c <"$ms_dir/ask")
	printf '%s %s answer %s %s ' "$ms_nonce" "$ms_id" "$ms_code" "$ms_bytes"
	if [ "$ms_bytes" -le 1048576 ]; then base64 <"$ms_dir/ask" | tr -d '\n'; fi
	printf ' %s\n' "$(ms_tail "$ms_dir/out")"
	ms_busy=
}

ms_release() { ms_held=; }

ms_quit() { exit 0; }

# Under the mutex. 0 taken, 3 refused, 4 an orphan's step is still at work, 5 its runner is, 6 look again before believing it dead.
ms_take() {
	touch "$ms_dir/lock"
	ln "$ms_dir/lock" "$ms_lock" 2>/dev/null && return 0
	ms_his= ms_runner= ms_group=
	while IFS=' ' read -r ms_key ms_value; do
		if [ "$ms_key" = dir ]; then ms_his=$ms_value; fi
	done <"$ms_lock"
	case $ms_his in "$ms_base"/run.*) ;; *) ms_his= ;; esac
	ms_dead=
	if [ "$ms_his" ]; then
		read -r ms_runner <"$ms_his/pid"
		if ! [ "$ms_runner" ] || [ -e "$ms_his/orphan" ] || ! kill -0 "$ms_runner" 2>/dev/null; then ms_dead=1; fi
	fi
	if [ -z "$ms_dead" ]; then
		ms_beat=$(stat -c %Y "$ms_lock")
		ms_age=$(($(date +%s) - ms_beat))
		if [ "$ms_age" -ge 0 ] && [ "$ms_age" -lt "$ms_stale" ]; then return 3; fi
		# The clock may just have been set: wait whether a beat comes.
		if [ -z "$1" ]; then return 6; fi
		if [ "$ms_beat" != "$1" ]; then return 3; fi
	fi
	if [ -d "$ms_his" ]; then
		true >"$ms_his/stop"
		true >"$ms_his/orphan"
		if [ -e "$ms_his/step" ]; then read -r ms_group ms_key <"$ms_his/step"; fi
		if [ "$ms_group" ] && kill -0 "-$ms_group" 2>/dev/null; then return 4; fi
		if [ "$ms_runner" ] && grep -q 'read -r r' "/proc/$ms_runner/cmdline" 2>/dev/null; then
			if [ "$2" -lt 20 ]; then kill -TERM "$ms_runner"; else kill -KILL "$ms_runner"; fi
			return 5
		fi
		rm -rf "$ms_his"
	fi
	rm -f "$ms_lock"
	ln "$ms_dir/lock" "$ms_lock"
} 2>/dev/null

ms_watchdog() {
	# Counts looks, not seconds of a clock that the steps may set.
	ms_still=0 ms_last=
	while sleep "$ms_tick"; do
		[ -d "$ms_dir" ] || exit 0
		ms_beat=$(stat -c %Y "$ms_dir/lock")
		if [ "$ms_beat" != "$ms_last" ]; then ms_still=0 ms_last=$ms_beat; continue; fi
		ms_still=$((ms_still + ms_tick))
		if [ "$ms_still" -lt "$ms_stale" ]; then continue; fi
		true >"$ms_dir/stop"
		true >"$ms_dir/orphan"
		kill -TERM $$
	done
}

ms_claim() { # id owner run since
	ms_id=$1 ms_tries=0 ms_beat= ms_told=
	printf 'owner %s\nrun %s\nsince %s\ndir %s\n' "$2" "$3" "$4" "$ms_dir" >"$ms_dir/lock"
	while :; do
		if [ -e "$ms_dir/stop" ]; then ms_say skipped; return; fi
		( flock 9 && ms_take "$ms_beat" "$ms_tries" ) 9>"$ms_base/mutex"
		ms_code=$?
		case $ms_code in
		0)
			ms_own=$3
			ms_watchdog </dev/null >/dev/null 2>&1 &
			ms_watch=$!
			printf '%s\n' "$ms_watch" >"$ms_dir/watch"
			ms_say locked
			return
			;;
		3) ms_say busy "$(base64 <"$ms_lock" | tr -d '\n')"; return ;;
		4) ms_tries=0 ;;
		5) ms_tries=$((ms_tries + 1)) ;;
		6) ms_beat=$(stat -c %Y "$ms_lock"); sleep "$ms_tick"; sleep 2; continue ;;
		*) ms_say broken; return ;;
		esac
		if [ -z "$ms_told" ]; then
			ms_told=1
			ms_say '>' waiting "$(base64 <"$ms_lock" | tr -d '\n')"
		fi
		sleep 0.5
	done
}

ms_missing=
for ms_key in setsid timeout base64 mktemp tail head tr wc stat flock ln touch date; do
	command -v "$ms_key" >/dev/null || ms_missing="$ms_missing $ms_key"
done
if [ "$ms_missing" ]; then
	printf '\n%s broken missing%s\n' "$ms_nonce" "$ms_missing"
	exit 1
fi
[ -d "$ms_base" ] || mkdir -p "$ms_base"
ms_dir=$(mktemp -d "$ms_base/run.XXXXXX") || {
	ms_dir=
	printf '\n%s broken %s\n' "$ms_nonce" "$ms_base cannot be written"
	exit 1
}
printf '%s\n' $$ >"$ms_dir/pid"
printf '\n%s hello %s %s\n' "$ms_nonce" $$ "$ms_dir"
while IFS= read -r ms_frame; do command eval "$ms_frame"; done
exit 0
