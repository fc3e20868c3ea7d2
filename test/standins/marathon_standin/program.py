"""Marathon's start: settings, HTTP, election, then the scheduler on whoever leads. Exit codes as Marathon's own."""
import os
import signal
import threading

from mesos_standin.framework import Contender, Libprocess, crash, say
from mesos_standin.http import HttpServer
from .api import Api
from .scheduler import Scheduler
from .settings import Settings

ZOOKEEPER_CONNECTION_FAILURE = 100
ZOOKEEPER_CONNECTION_LOSS = 101
BINDING_ERROR = 111


def main(arguments):
    if '--version' in arguments:
        print('1.11.24')
        return
    settings = Settings(os.environ)
    if arguments:
        crash(112, "[marathon] Error: Excess arguments provided: '%s'" % ' '.join(arguments))
    Marathon(settings).run()


class Marathon:
    def __init__(self, settings):
        self.settings = settings
        self.address = '%s:%d' % (settings.hostname, settings.http_port)
        self.scheduler = None

        def binding(error):
            crash(BINDING_ERROR, 'Failed to bind: %s' % error)

        self.api = Api(self)
        self._server = HttpServer(settings.http_address, settings.http_port, self.api.answer, on_bind_error=binding)
        self.libprocess = Libprocess(binding)

    def run(self):
        settings = self.settings
        # As a JVM does: without a handler process 1 of a container would ignore the signal.
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        say('Starting Marathon 1.11.24 (stand-in) with --zk %s --master %s' % (settings.zk_text, settings.master_text))
        self._server.start()
        self.election = Contender(
            settings.zk, '/leader-curator', 'latch-', self.address, settings.zk_session_timeout,
            on_elected=self._lead, on_lost=lambda: crash(ZOOKEEPER_CONNECTION_LOSS, 'Lost the connection to ZooKeeper'))
        self._await_zookeeper()
        threading.Event().wait()

    def _await_zookeeper(self):
        waited = threading.Event()
        for _ in range(int(self.settings.zk_connection_timeout * 10)):
            if self.election.group.client is not None:
                return
            waited.wait(0.1)
        crash(ZOOKEEPER_CONNECTION_FAILURE, 'Failed to connect to ZooKeeper')

    def _lead(self):
        self.scheduler = Scheduler(self)
        self.scheduler.run()

    def _stop(self, number, _frame):
        say('Received %s, shutting down' % signal.Signals(number).name)
        # Leaves its latch, so that another instance leads at once.
        client = self.election.group.client if hasattr(self, 'election') else None
        if client:
            threading.Thread(target=client.stop, daemon=True).start()
            client._connection.connection_stopped.wait(2)
        os._exit(128 + number)
