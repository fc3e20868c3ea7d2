#!/usr/bin/env bash
# Starts, stops and asks a ZooKeeper server; same usage as the script of this name in Apache ZooKeeper's binary release.
ZOOBIN=$(dirname "$(readlink -f "$0")")
ZOOBINDIR=$(cd "$ZOOBIN" && pwd)

if [ "x$1" = "x--config" ]; then
	shift
	ZOOCFGDIR=$1
	shift
fi
. "$ZOOBINDIR/zkEnv.sh"

ZOOMAIN="-Dcom.sun.management.jmxremote -Dcom.sun.management.jmxremote.local.only=true org.apache.zookeeper.server.quorum.QuorumPeerMain"
if [ "x$JMXDISABLE" = xtrue ] || [ "x$JMXDISABLE" = x1 ]; then ZOOMAIN=org.apache.zookeeper.server.quorum.QuorumPeerMain; fi
if [ "x$2" != x ]; then
	case $2 in
	*/*) ZOOCFG=$2 ;;
	*) ZOOCFG=$ZOOCFGDIR/$2 ;;
	esac
fi
echo "ZooKeeper JMX enabled by default" >&2
echo "Using config: $ZOOCFG" >&2

setting() {
	grep "^[[:space:]]*$1" "$ZOOCFG" | sed -e 's/.*=//' | tr -d '[:space:]'
}
if [ -z "$ZOOPIDFILE" ]; then
	ZOO_DATADIR=$(setting dataDir)
	ZOOPIDFILE=$ZOO_DATADIR/zookeeper_server.pid
fi
command=("$JAVA" "-Dzookeeper.log.dir=$ZOO_LOG_DIR" -Dorg.slf4j.simpleLogger.showDateTime=true
	"-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS" -XX:+HeapDumpOnOutOfMemoryError
	"-XX:OnOutOfMemoryError=kill -9 %p" -cp "$CLASSPATH" $JVMFLAGS $SERVER_JVMFLAGS $ZOOMAIN "$ZOOCFG")

case $1 in
start)
	echo -n "Starting zookeeper ... "
	if [ -f "$ZOOPIDFILE" ] && kill -0 "$(cat "$ZOOPIDFILE")" >/dev/null 2>&1; then
		echo "already running as process $(cat "$ZOOPIDFILE")."
		exit 1
	fi
	mkdir -p "$ZOO_LOG_DIR"
	nohup "${command[@]}" >"$ZOO_LOG_DIR/zookeeper.out" 2>&1 </dev/null &
	echo -n $! >"$ZOOPIDFILE" && echo STARTED
	;;
start-foreground)
	exec "${command[@]}"
	;;
print-cmd)
	echo "${command[*]}"
	;;
stop)
	echo -n "Stopping zookeeper ... "
	if [ ! -f "$ZOOPIDFILE" ]; then
		echo "no zookeeper to stop (could not find file $ZOOPIDFILE)"
	else
		kill "$(cat "$ZOOPIDFILE")"
		rm "$ZOOPIDFILE"
		echo STOPPED
	fi
	;;
restart)
	"$0" --config "$ZOOCFGDIR" stop
	sleep 3
	"$0" --config "$ZOOCFGDIR" start
	;;
version)
	exec "$JAVA" -cp "$CLASSPATH" org.apache.zookeeper.version.VersionInfoMain
	;;
status)
	address=$(setting clientPortAddress)
	port=$(setting clientPort)
	echo "Client port found: $port. Client address: ${address:-localhost}. Client SSL: false."
	mode=$("$JAVA" -cp "$CLASSPATH" $CLIENT_JVMFLAGS org.apache.zookeeper.client.FourLetterWordMain \
		"${address:-localhost}" "$port" srvr 2>/dev/null | grep Mode)
	if [ -z "$mode" ]; then
		echo "Error contacting service. It is probably not running."
		exit 1
	fi
	echo "$mode"
	;;
*)
	echo "Usage: $0 [--config <conf-dir>] {start|start-foreground|stop|version|restart|status|print-cmd}" >&2
	exit 1
	;;
esac
