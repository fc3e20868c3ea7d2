# What `mesos-setup doctor` looks at beyond the facts of a host. Reads only. Output: sections headed by "@ name".
# Set in front: _ports, the ports of this host's daemons, with a space on either side of each.
echo '@ disk' # path, rw or ro, mount point, free blocks, size of a block, inodes, free inodes
for _dir in / /var/lib /var/lib/docker /var/lib/mesos /var/lib/zookeeper /var/log /opt; do
	_there=$_dir
	while ! [ -d "$_there" ]; do _there=${_there%/*}; _there=${_there:-/}; done
	_access=rw
	[ -w "$_there" ] || _access=ro
	printf '%s %s %s %s\n' "$_dir" "$_access" "$(stat -c %m "$_there")" "$(stat -f -c '%a %S %c %d' "$_there")"
done

_who() { # pid -> "pid command control-group"
	_command=? _group=
	read -r _command <"/proc/$1/comm"
	while read -r _line; do _group=${_line##*:}; done <"/proc/$1/cgroup"
	printf '%s %s %s\n' "$1" "$(printf %s "$_command" | tr ' ' '_')" "$_group"
} 2>/dev/null

echo '@ listening' # address:port pid command control-group
if command -v ss >/dev/null 2>&1; then
	ss -ltnpH | while read -r _ _ _ _local _ _users; do
		case $_ports in *" ${_local##*:} "*) ;; *) continue ;; esac
		_pid=${_users#*pid=}
		_pid=${_pid%%,*}
		printf '%s %s\n' "$_local" "$(_who "${_pid:-0}")"
	done
	echo complete
fi

echo '@ package_lock' # pid command control-group of whoever holds it
for _file in /var/run/yum.pid /var/cache/dnf/metadata_lock.pid /var/cache/dnf/download_lock.pid /var/lib/dnf/rpmdb_lock.pid; do
	if [ -e "$_file" ] && read -r _pid <"$_file" && [ -d "/proc/$_pid" ]; then _who "$_pid"; fi
done
for _file in /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock \
	/var/lib/apt/lists/lock; do
	if [ -e "$_file" ]; then
		_inode=$(stat -L -c %i "$_file")
		while read -r _ _ _ _kind _pid _where _; do
			case $_kind:$_where in WRITE:*":$_inode") _who "$_pid" ;; esac
		done </proc/locks
	fi
done

echo '@ remnants'
for _path in /etc/mesos-slave /etc/default/mesos-slave /etc/yum.repos.d/mesosphere*.repo /etc/apt/sources.list.d/mesosphere*.list \
	/etc/init/mesos-*.conf /etc/init.d/mesos-* /etc/marathon/conf /etc/systemd/system/mesos-slave.service /usr/lib/systemd/system/mesos-slave.service; do
	if [ -e "$_path" ] && [ "$(readlink -f "$_path")" != /dev/null ]; then printf '%s\n' "$_path"; fi
done
echo '@ data'
for _path in /var/lib/zookeeper/version-2 /var/lib/mesos/meta /var/lib/mesos/replicated_log; do
	if [ -e "$_path" ]; then printf '%s\n' "$_path"; fi
done
echo '@ daemons' # pid command control-group
for _proc in /proc/[0-9]*; do
	_command=
	read -r _command <"$_proc/comm"
	case $_command in
	mesos-master | mesos-slave | mesos-agent | lt-mesos-* | marathon | chronos) _who "${_proc#/proc/}" ;;
	java)
		case $(tr '\0' ' ' <"$_proc/cmdline") in
		*org.apache.zookeeper.server.* | *mesosphere.marathon.* | *mesos.chronos.*) _who "${_proc#/proc/}" ;;
		esac
		;;
	esac
done 2>/dev/null

echo '@ locked' # age in seconds, then its lines
if [ -e /run/mesos-setup.lock ]; then
	echo "age $(($(date +%s) - $(stat -c %Y /run/mesos-setup.lock)))"
	cat /run/mesos-setup.lock
fi

echo '@ name_servers' # address, answers or silent
if command -v bash >/dev/null 2>&1; then
	while read -r _key _server _; do
		if [ "$_key" != nameserver ]; then continue; fi
		# The shortest question there is: who serves the root.
		if timeout 3 bash -c 'exec 3<>"/dev/udp/$0/53" && printf "\22\64\1\0\0\1\0\0\0\0\0\0\0\0\2\0\1" >&3 && [ "$(head -c 1 <&3 | wc -c)" = 1 ]' "$_server" 2>/dev/null
		then echo "$_server answers"
		else echo "$_server silent"
		fi
	done </etc/resolv.conf
fi

echo '@ tools'
for _tool in bash python3 curl gpg; do
	if command -v "$_tool" >/dev/null 2>&1; then echo "$_tool"; fi
done
echo '@ end'
