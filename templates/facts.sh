# What mesos-setup wants to know of a host before it decides anything. Reads only. Output: sections headed by "@ name".
# Few forks on purpose: every re-run starts with this.
echo '@ os'
( . /etc/os-release 2>/dev/null; printf '%s\n' "$ID" "$VERSION_ID" "$PRETTY_NAME" )
echo '@ uname'
if [ -r /proc/sys/kernel/arch ]; then
	read -r _name </proc/sys/kernel/osrelease
	read -r _key </proc/sys/kernel/arch
	echo "$_name $_key"
else
	uname -rm
fi
echo '@ cgroup'
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
	echo cgroup2fs
else
	stat -fc %T /sys/fs/cgroup /sys/fs/cgroup/unified 2>/dev/null
fi
echo '@ selinux'; if command -v getenforce >/dev/null 2>&1; then getenforce; fi
echo '@ ufw'; if [ -r /etc/ufw/ufw.conf ]; then while read -r _name; do case $_name in ENABLED=yes*) echo on ;; esac; done </etc/ufw/ufw.conf; fi
echo '@ memory'; while read -r _key _n _; do if [ "$_key" = MemTotal: ]; then echo "$_n"; fi; done </proc/meminfo
echo '@ disk'; df -Pk /var/lib /
echo '@ cpus'
if [ -r /sys/devices/system/cpu/online ]; then
	# Ranges, such as 0-3,8
	read -r _name </sys/devices/system/cpu/online
	_n=0 IFS=,
	for _key in $_name; do _n=$((_n + 1 + ${_key#*-} - ${_key%-*})); done
	unset IFS
	echo "$_n"
else
	getconf _NPROCESSORS_ONLN
fi
read -r _name </proc/sys/kernel/hostname
echo '@ hostname'; echo "$_name"
echo '@ hostname_addresses'; getent ahostsv4 "$_name" 2>/dev/null
echo '@ addresses'; ip -4 -o addr show 2>/dev/null
echo '@ boot_id'; read -r _name </proc/sys/kernel/random/boot_id; echo "$_name"
echo '@ clock'; date +%s%N
echo '@ user'; echo "${SUDO_USER:-root}"
echo '@ host_json'; if [ -f /etc/mesos-setup/host.json ]; then base64 </etc/mesos-setup/host.json; fi
echo '@ cluster_json'; if [ -f /etc/mesos-setup/cluster.json ]; then base64 </etc/mesos-setup/cluster.json; fi
echo '@ units'
if [ -d /run/systemd/system ]; then
	# The name of its library has the version in it.
	_n=
	for _name in /usr/lib/systemd/libsystemd-shared-*.so /usr/lib/*/systemd/libsystemd-shared-*.so; do
		if [ -e "$_name" ]; then _n=${_name##*-shared-}; fi
	done
	if [ "$_n" ]; then echo "systemd ${_n%.so}"; else systemctl --version | { read -r _ _n _; echo "systemd $_n"; }; fi
	set -- docker.service zookeeper.service mesos-master.service mesos-agent.service marathon.service chronos.service \
		rsyslog.service chronyd.service chrony.service systemd-timesyncd.service firewalld.service nftables.service \
		iptables.service
	# A list costs systemd a third of what the properties of each do, but it leaves out what is not loaded.
	if _list=$(systemctl list-units --all --full --plain --no-legend --no-pager "$@"); then
		echo "$_list" | while read -r _key _n _name _rest; do
			# Old releases put a mark in front of what has failed.
			case $_key in *.service) ;; *) _key=$_n _n=$_name _name=${_rest%% *} ;; esac
			printf 'Id=%s\nLoadState=%s\nActiveState=%s\n' "$_key" "$_n" "$_name"
		done
		for _key in "$@"; do
			case $_list in *"$_key "*) continue ;; esac
			for _n in /etc /run /usr/local/lib /usr/lib /lib; do
				_name=$_n/systemd/system/$_key
				# A link is another name of a unit, or to nothing where the unit is masked.
				if [ -f "$_name" ] && ! [ -L "$_name" ] || [ "$_name" -ef /dev/null ]; then
					printf 'Id=%s\nLoadState=loaded\nActiveState=inactive\n' "$_key"
					break
				fi
			done
		done
	fi
elif command -v chkconfig >/dev/null 2>&1; then
	echo sysv
	for _key in docker zookeeper mesos-master mesos-agent marathon chronos rsyslog ntpd iptables; do
		if ! [ -e "/etc/init.d/$_key" ]; then continue; fi
		if service "$_key" status >/dev/null 2>&1; then _n=active; else _n=inactive; fi
		printf 'Id=%s.service\nLoadState=loaded\nActiveState=%s\n' "$_key" "$_n"
	done
fi
echo '@ end'
