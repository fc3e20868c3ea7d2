"""Stand-in of Chronos 3.0.2 for the lab, after the documented behaviour of that version.

Real: the flags, PORT0 and PORT1, leader election and jobs in ZooKeeper, /ping, /leader, /v1/scheduler, proxying to the
leader, jobs that really run on the agents. Simplified: no dependent jobs, no mail, of ISO 8601 only plain durations.
"""

VERSION = '3.0.2'
