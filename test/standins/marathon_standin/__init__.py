"""Stand-in of Marathon 1.11.24 for the lab, after the documented behaviour of that version.

Real: configuration by MARATHON_* environment only, exit codes, leader election and state in ZooKeeper, /ping,
/v2/leader, /v2/info, /v2/apps, /v2/deployments, proxying to the leader, tasks that really run on the agents.
Simplified: placement (first agent that satisfies the constraints), no health checks, groups, pods, queues, events or
upgrade strategies; a changed app replaces its tasks at once.
"""

VERSION = '1.11.24'
