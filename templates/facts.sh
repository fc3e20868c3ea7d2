# What mesos-setup wants to know of a host before it decides anything. Reads only. Output: sections headed by "@ name".
# Few forks on purpose: every re-run starts with this.
echo '@ os'
( . /etc/os-release 2>/dev/null; printf '%s\n' "$ID" "$VERSION_ID" "$PRETTY_NAME" )
echo '@ uname'; uname -mr
echo '@ cgroup'; stat -fc %T /sys/fs/cgroup /sys/fs/cgroup/unified 2>/dev/null
echo '@ selinux'; if command -v getenforce >/dev/null 2>&1; then getenforce; fi
echo '@ ufw'; if [ -r /etc/ufw/ufw.conf ]; then while read -r _name; do case $_name in ENABLED=yes*) echo on ;; esac; done </etc/ufw/ufw.conf; fi
echo '@ memory'; while read -r _key _n _; do if [ "$_key" = MemTotal: ]; then echo "$_n"; fi; done </proc/meminfo
echo '@ disk'; df -Pk /var/lib /
echo '@ cpus'; getconf _NPROCESSORS_ONLN
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
	systemctl --version | { read -r _ _name _; echo "systemd $_name"; }
	systemctl show -p Id -p LoadState -p ActiveState docker.service zookeeper.service mesos-master.service \
		mesos-agent.service marathon.service chronos.service rsyslog.service chronyd.service chrony.service \
		systemd-timesyncd.service firewalld.service nftables.service iptables.service
fi
echo '@ end'
