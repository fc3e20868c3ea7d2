# Tries connections from a host; calls of _try follow. Prints "address port status base64" for each.
_running=0
_try() { # address port nonce; without a nonce it is a daemon that listens, which need not say anything
	{
		_said=$(timeout 4 bash -c 'exec 3<>"/dev/tcp/$0/$1" || exit 1
			if [ "$2" ]; then IFS= read -r -t 3 -u 3 line; [ "$line" = "$2" ] || { echo "another machine answers"; exit 3; }; fi' \
			"$1" "$2" "$3" 2>&1)
		printf '%s %s %s %s\n' "$1" "$2" $? "$(printf %s "$_said" | head -c 300 | base64 | tr -d '\n')"
	} &
	_running=$((_running + 1))
	if [ "$_running" -ge 48 ]; then wait; _running=0; fi
}
