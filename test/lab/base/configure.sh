#!/bin/sh
# Runs inside the fresh base root file system, as root. What is not Debian's on an Amazon Linux host is made so here.
set -eu

ln -sf bash /bin/sh
mkdir -p /etc/yum.repos.d /etc/sysconfig /etc/pki/rpm-gpg /etc/systemd/network /var/log/journal
chmod 440 /etc/sudoers.d/90-cloud-init-users
ln -sf ../usr/share/zoneinfo/UTC /etc/localtime

groupadd --system wheel
useradd --create-home --shell /bin/bash --groups adm,wheel,systemd-journal ec2-user
passwd --lock root >/dev/null

rm -f /etc/systemd/system/chronyd.service /usr/lib/systemd/system/chrony.service
rm -rf /etc/chrony /etc/default/chrony
mv /usr/lib/systemd/system/ssh.service /usr/lib/systemd/system/sshd.service
sed -i '/^Alias=/d' /usr/lib/systemd/system/sshd.service
rm -rf /etc/systemd/system/*.wants /etc/systemd/system/sshd.service /etc/ssh/ssh_host_*
systemctl enable --quiet sshd.service chronyd.service systemd-networkd.service
# Resolver, logins and consoles have nothing to talk to in a lab; the rest is the machine's kernel.
systemctl mask --quiet systemd-resolved.service systemd-logind.service systemd-networkd-wait-online.service \
	console-getty.service getty@.service dev-hugepages.mount sys-kernel-debug.mount \
	sys-kernel-tracing.mount

rpm --initdb
rpm --install --force-debian --nosignature --nodeps /image-packages/*.rpm
rm -rf /image-packages

# Last, because nothing above works without them: a host must not look like a Debian.
rm -rf /etc/apt /var/lib/apt /var/cache/apt /var/lib/dpkg /etc/dpkg /usr/lib/apt /usr/lib/dpkg /etc/debian_version
rm -f /usr/bin/apt /usr/bin/apt-* /usr/bin/dpkg /usr/bin/dpkg-* /usr/sbin/dpkg-* /usr/bin/deb-systemd-*
rm -rf /etc/init.d /etc/rc?.d /etc/cron.*
rm -f /usr/lib/systemd/system/apt-daily* /usr/lib/systemd/system/dpkg-db-backup* /usr/lib/systemd/system/e2scrub*
rm -f /usr/lib/systemd/network/80-container-host0.network
rm -rf /var/cache/* /var/log/*.log /var/log/apt /tmp/* /usr/share/doc /usr/share/man /usr/share/locale
mkdir -p /var/cache/dnf
: >/etc/resolv.conf
: >/etc/machine-id
