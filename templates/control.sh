# The control channel of a runner: words that must not queue behind its frames. Set in front: ms_nonce ms_dir.
# It hears of a lost controller at once, even while the runner is busy with a step.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
umask 077
trap : PIPE HUP

ms_family() { # every process below a pid, but for the runner's watchdog
	for ms_stat in /proc/[0-9]*/stat; do
		read -r ms_line <"$ms_stat" || continue
		ms_pid=${ms_line%% *}
		# The name in front may hold spaces and brackets.
		set -- "$1" ${ms_line##*) }
		if [ "$3" != "$1" ] || [ "$ms_pid" = "$ms_watch" ]; then continue; fi
		printf '%s\n' "$ms_pid" "$(ms_family "$ms_pid")"
	done
} 2>/dev/null

ms_kill() {
	if [ -e "$ms_dir/step" ]; then
		read -r ms_group ms_may <"$ms_dir/step"
		kill -TERM "-$ms_group"
		if [ "$ms_may" = 1 ]; then
			(
				sleep 10
				read -r ms_now ms_may <"$ms_dir/step"
				if [ "$ms_now" = "$ms_group" ]; then kill -KILL "-$ms_group"; fi
			) </dev/null >/dev/null 2>&1 &
		fi
	else
		# A check runs in the runner's own shell: end what it waits for.
		true >"$ms_dir/killed"
		ms_watch=
		read -r ms_runner <"$ms_dir/pid"
		if [ -e "$ms_dir/watch" ]; then read -r ms_watch <"$ms_dir/watch"; fi
		ms_all=$(ms_family "$ms_runner")
		kill -TERM $ms_all
		( sleep 3; kill -KILL $ms_all ) </dev/null >/dev/null 2>&1 &
	fi
} 2>/dev/null

if [ -d "$ms_dir" ]; then true >"$ms_dir/control"; fi
printf '\n%s control\n' "$ms_nonce"
while IFS= read -r ms_word; do
	case $ms_word in
	beat) touch -c "$ms_dir/lock" ;;
	stop) true >"$ms_dir/stop" ;;
	kill) ms_kill ;;
	esac
	printf '%s done %s\n' "$ms_nonce" "$ms_word"
done
if [ -d "$ms_dir" ]; then
	true >"$ms_dir/stop"
	true >"$ms_dir/orphan"
fi
exit 0
