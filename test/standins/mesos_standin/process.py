"""How the daemons end when they are told to."""
import os
import signal
import sys


def die_by_signals():
    """Without a good-bye to ZooKeeper: the session runs into its timeout, as after kill -9."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _end)


def _end(number, _frame):
    name = signal.Signals(number).name
    sys.stderr.write('W0000 00:00:00.000000 %5d logging.cpp:102] RAW: Received signal %s; exiting\n' % (os.getpid(), name))
    sys.stderr.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    # The first process of a container is spared by the default action.
    os._exit(128 + number)


def refuse_bare(message):
    sys.stderr.write(message + '\n')
    sys.stderr.flush()
    os._exit(1)
