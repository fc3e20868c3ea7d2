"""Chronos's start: flags, HTTP, election, then the scheduler on whoever leads."""
import os
import signal
import threading

from mesos_standin.framework import Contender, Libprocess, crash, say
from mesos_standin.http import HttpServer
from mesos_standin.zk import Url
from .api import Api
from .scheduler import Scheduler

_FLAGS = {
    'master': None, 'zk_hosts': 'localhost:2181', 'zk_path': '/chronos/state', 'zk_timeout': '10000', 'zk_auth': None,
    'http_port': None, 'http_address': '0.0.0.0', 'hostname': None, 'user': 'root', 'mesos_framework_name': 'chronos',
    'failover_timeout': '604800', 'cluster_name': None, 'webui_url': None, 'mesos_role': '*', 'mesos_task_cpu': '0.1',
    'mesos_task_mem': '128', 'mesos_task_disk': '256', 'mesos_authentication_principal': None,
    'mesos_authentication_secret_file': None, 'task_epsilon': '60', 'schedule_horizon': '60', 'failure_retry': '60000',
    'decline_offer_duration': '5000', 'reconciliation_interval': '600', 'revive_offers_for_new_jobs': None,
    'mail_server': None, 'mail_from': None, 'http_credentials': None, 'leader_max_idle_time': '5000',
}


def main(arguments):
    flags = dict(_FLAGS)
    # The image's start script hands PORT0 on as the HTTP port and PORT1 to libprocess.
    flags['http_port'] = os.environ.get('PORT0')
    os.environ.setdefault('LIBPROCESS_PORT', os.environ.get('PORT1', '0'))
    words = iter(arguments)
    for word in words:
        name, equals, value = word[2:].partition('=')
        if word == 'run_jar':
            continue
        if not word.startswith('--') or name not in flags:
            crash(1, "[chronos] Error: Unknown option '%s'" % word)
        flags[name] = value if equals else next(words, '')
    if not flags['http_port']:
        crash(1, "[chronos] Error: Bad arguments for option 'http_port': PORT0 is not set")
    Chronos(flags).run()


class Chronos:
    def __init__(self, flags):
        self.flags = flags
        self.hostname = flags['hostname'] or os.uname().nodename
        self.address = '%s:%s' % (self.hostname, flags['http_port'])
        self.scheduler = None

        def binding(error):
            crash(1, 'Failed to bind: %s' % error)

        try:
            self.master = Url(flags['master'] or 'none')
            self.state = Url('zk://%s%s' % (flags['zk_hosts'].replace('zk://', ''), flags['zk_path']))
        except ValueError as error:
            crash(1, '[chronos] Error: %s' % error)
        self._server = HttpServer(flags['http_address'], int(flags['http_port']), Api(self).answer, on_bind_error=binding)
        self.libprocess = Libprocess(binding)

    @property
    def credential(self):
        principal = self.flags['mesos_authentication_principal']
        if not principal:
            return None
        path = self.flags['mesos_authentication_secret_file']
        return {'principal': principal, 'secret': open(path).read().strip() if path else None}

    def run(self):
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda number, _frame: os._exit(128 + number))
        say('Starting Chronos 3.0.2 (stand-in)')
        self._server.start()
        self.election = Contender(
            self.state, '/candidate', 'latch-', self.address, int(self.flags['zk_timeout']) / 1000,
            on_elected=self._lead, on_lost=lambda: crash(1, 'Lost the connection to ZooKeeper'))
        threading.Event().wait()

    def _lead(self):
        self.scheduler = Scheduler(self)
        self.scheduler.run()
