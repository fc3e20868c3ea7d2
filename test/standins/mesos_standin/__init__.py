"""Stand-in of Apache Mesos for the lab.

Speaks Mesos's flags, files, ZooKeeper nodes, operator HTTP endpoints and exit codes as recorded from a real
Mesos 1.12.0. Real: ZooKeeper and everything in it, the HTTP answers named in the endpoint modules, refusals at start,
registry quorum, agent recovery, tasks that really run. Stood in: the messages between masters, agents and frameworks
(private HTTP below /standin instead of libprocess), the allocator, the Paxos log (a versioned quorum register), SASL.
"""

VERSION = '1.11.0'
BUILD_DATE = '2026-11-23 06:02:04 UTC'
BUILD_TIME = 1795413724.0
