#!/usr/bin/env bash
# The command-line client; same usage as the script of this name in Apache ZooKeeper's binary release.
ZOOBIN=$(dirname "$(readlink -f "$0")")
ZOOBINDIR=$(cd "$ZOOBIN" && pwd)
. "$ZOOBINDIR/zkEnv.sh"
exec "$JAVA" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "$CLASSPATH" $JVMFLAGS $CLIENT_JVMFLAGS \
	org.apache.zookeeper.ZooKeeperMain "$@"
