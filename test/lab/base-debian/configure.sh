#!/bin/sh
# Runs inside the fresh base root file system, as root. It stays the Debian it is; only what a cloud image has is added.
set -eu

useradd --create-home --shell /bin/bash --groups adm,sudo,systemd-journal admin
passwd --lock root >/dev/null
chmod 440 /etc/sudoers.d/90-cloud-init-users
ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime
# Manual pages are left out of these hosts; packages still want to put links there.
mkdir -p /usr/share/man/man1 /etc/systemd/network /var/log/journal

rm -f /etc/ssh/ssh_host_*
systemctl enable --quiet ssh.service systemd-networkd.service
# Resolver, logins and consoles have nothing to talk to in a lab; the rest is the machine's kernel. The hosts have no internet to
# look for updates on.
systemctl mask --quiet systemd-resolved.service systemd-logind.service systemd-networkd-wait-online.service \
	console-getty.service getty@.service dev-hugepages.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
	apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer e2scrub_reap.service
rm -f /usr/lib/systemd/network/80-container-host0.network /lib/systemd/network/80-container-host0.network
rm -rf /var/cache/apt/archives /var/lib/apt/lists /etc/apt/sources.list /var/log/*.log /var/log/apt /tmp/*
mkdir -p /var/cache/apt/archives/partial /var/lib/apt/lists/partial
: >/etc/resolv.conf
: >/etc/machine-id
