"""mesos-master: flags and refusals in the recorded order, then the pieces put together."""
import errno
import os
import threading
import time
import uuid

from .. import VERSION, BUILD_DATE, log
from ..flags import FlagError, Flags, print_help, refuse
from ..http import HttpServer, own_address, own_hostname
from ..process import die_by_signals, refuse_bare
from ..zk import Url
from .auth import Credentials
from .cluster import Cluster
from .election import Election, StandaloneElection
from .endpoints import Endpoints
from .replica import Replica


def main(arguments):
    flags = Flags('mesos-master')
    try:
        flags.load(arguments, os.environ)
    except FlagError as error:
        if "flag 'ip'" in str(error):
            log.exit_with(1, 'process.cpp:1079', str(error))
        refuse('mesos-master', str(error))
    if flags.on('help'):
        print_help('mesos-master')
        return
    if flags.on('version'):
        print('mesos %s' % VERSION)
        return
    problem = log.setup(flags.get('log_dir'), 'mesos-master', flags.on('quiet'))
    if problem:
        refuse_bare('Could not initialize logging: %s' % problem)
    ip = own_address(flags)
    port = flags.number('port')
    master = Master(flags, ip, port)
    server = HttpServer(ip, port, lambda request: master.endpoints.answer(request))
    log.info('main.cpp:243', 'Build: %s by ' % BUILD_DATE)
    log.info('main.cpp:244', 'Version: %s' % VERSION)
    die_by_signals()
    master.prepare()
    server.start()
    master.run()


class Master:
    def __init__(self, flags, ip, port):
        self.flags = flags
        self.ip = ip
        self.port = port
        self.id = str(uuid.uuid4())
        self.start_time = time.time()
        self.elected_time = None
        self.recovered = False

    def prepare(self):
        """Everything that may refuse, in Mesos's order."""
        flags = self.flags
        zk = flags.get('zk')
        if flags.get('registry') == 'replicated_log':
            if not flags.get('work_dir'):
                log.exit_with(1, 'main.cpp:360', '--work_dir needed for replicated log based registry')
            self._make_work_dir(flags.get('work_dir'))
            if zk and not flags.get('quorum'):
                log.exit_with(1, 'main.cpp:374',
                              'Need to specify --quorum for replicated log based registry when using ZooKeeper')
        url = self._zookeeper(zk) if zk else None
        advertised = flags.get('advertise_ip') or self.ip
        self.advertised_port = int(flags.get('advertise_port') or self.port)
        place = '%s:%d' % (advertised, self.advertised_port)
        self.pid = 'master@' + place
        quorum = flags.number('quorum') if flags.get('quorum') else 1
        self.replica = Replica(flags.get('work_dir') or '/tmp', quorum, 'log-replica(1)@' + place)
        if url and url.path == '/':
            log.exit_with(1, 'main.cpp:425', "Failed to create a master contender: Expecting a (chroot) path for ZooKeeper "
                          "('/' is not supported)")
        if quorum < 1:
            log.abort('recover.cpp:221', 'CHECK_SOME(lowestBeginPosition): is NONE ')
        self.hostname = own_hostname(flags, self.ip, 'master.cpp:397')
        self.advertised_ip = advertised
        log.info('master.cpp:448', 'Master %s (%s) started on %s:%d' % (self.id, self.hostname, self.ip, self.port))
        log.info('master.cpp:451', 'Flags at startup: ' + flags.line())
        if flags.get('roles'):
            log.warning('master.cpp:700', "The '--roles' flag is deprecated. This flag will be removed in the future. "
                        'See the Mesos 0.27 upgrade notes for more information')
        self.credentials = Credentials(flags)
        self.cluster = Cluster(self)
        self.election = Election(self, url) if url else StandaloneElection(self)
        self.endpoints = Endpoints(self)

    def _make_work_dir(self, path):
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as error:
            reason = os.strerror(errno.ENOENT if error.errno == errno.ENOENT else error.errno)
            log.exit_with(1, 'main.cpp:366', "Failed to create work directory '%s': %s" % (path, reason))

    def _zookeeper(self, text):
        try:
            return Url(text)
        except ValueError as error:
            log.exit_with(1, 'main.cpp:381', 'Error parsing ZooKeeper URL: %s' % error)

    def run(self):
        self.election.start()
        threading.Event().wait()

    @property
    def info(self):
        """MasterInfo: what the json.info node holds."""
        octets = [int(part) for part in self.advertised_ip.split('.')]
        return {
            'address': {'hostname': self.hostname, 'ip': self.advertised_ip, 'port': self.advertised_port},
            'capabilities': [{'type': name} for name in ('AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2')],
            'hostname': self.hostname,
            'id': self.id,
            'ip': sum(octet << (8 * index) for index, octet in enumerate(octets)),
            'pid': self.pid,
            'port': self.advertised_port,
            'version': VERSION,
        }

    @property
    def elected(self):
        return self.elected_time is not None
