# Sourced by the other scripts: where things are and which Java runs them.
# Same names and defaults as the script of this name in Apache ZooKeeper's binary release.
ZOOBINDIR=${ZOOBINDIR:-/usr/bin}
ZOOKEEPER_PREFIX=${ZOOBINDIR}/..

if [ "x$ZOOCFGDIR" = x ]; then
	if [ -e "${ZOOKEEPER_PREFIX}/conf" ]; then ZOOCFGDIR=$ZOOBINDIR/../conf; else ZOOCFGDIR=$ZOOBINDIR/../etc/zookeeper; fi
fi
if [ -f "${ZOOCFGDIR}/zookeeper-env.sh" ]; then . "${ZOOCFGDIR}/zookeeper-env.sh"; fi
if [ "x$ZOOCFG" = x ]; then ZOOCFG=zoo.cfg; fi
ZOOCFG=$ZOOCFGDIR/$ZOOCFG
if [ -f "$ZOOCFGDIR/java.env" ]; then . "$ZOOCFGDIR/java.env"; fi
if [ "x${ZOO_LOG_DIR}" = x ]; then ZOO_LOG_DIR=$ZOOKEEPER_PREFIX/logs; fi

if [ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ]; then
	JAVA=$JAVA_HOME/bin/java
elif command -v java >/dev/null 2>&1; then
	JAVA=java
else
	echo "Error: JAVA_HOME is not set and java could not be found in PATH." 1>&2
	exit 1
fi

CLASSPATH=$ZOOCFGDIR:$ZOOKEEPER_PREFIX/lib/*
ZK_SERVER_HEAP=${ZK_SERVER_HEAP:-1000}
SERVER_JVMFLAGS="-Xmx${ZK_SERVER_HEAP}m $SERVER_JVMFLAGS"
ZK_CLIENT_HEAP=${ZK_CLIENT_HEAP:-256}
CLIENT_JVMFLAGS="-Xmx${ZK_CLIENT_HEAP}m $CLIENT_JVMFLAGS"
