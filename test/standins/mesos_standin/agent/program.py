"""mesos-agent: flags and refusals in the recorded order, then the pieces put together."""
import json
import os
import re
import socket
import threading
import time

from .. import BUILD_DATE, VERSION, log
from ..flags import FlagError, Flags, print_help, refuse
from ..http import HttpServer, own_address, own_hostname
from ..process import die_by_signals, refuse_bare
from ..resources import MalformedAttribute, parse_attributes
from ..zk import Url
from . import host
from .endpoints import Endpoints
from .recovery import Recovery
from .registration import Registration
from .tasks import Tasks


def main(arguments):
    flags = Flags('mesos-agent')
    try:
        flags.load(arguments, os.environ)
    except FlagError as error:
        if "flag 'ip'" in str(error):
            log.exit_with(1, 'process.cpp:1079', str(error))
        refuse('mesos-agent', str(error))
    if flags.on('help'):
        print_help('mesos-agent')
        return
    if flags.on('version'):
        print('mesos %s' % VERSION)
        return
    if not flags.get('work_dir'):
        refuse('mesos-agent', "Flag 'work_dir' is required, but it was not provided")
    if host.cgroup_layout() == 'hybrid':
        refuse('mesos-agent', "Failed to check if cgroup2 filesystem is mounted: Found cgroups2 mount at an unexpected location "
               "'/sys/fs/cgroup/unified'")
    if not flags.get('master') and not flags.get('master_detector'):
        log.exit_with(1, 'main.cpp:473', 'Missing required option `--master` or `--master_detector`')
    problem = log.setup(flags.get('log_dir'), 'mesos-agent', flags.on('quiet'))
    if problem:
        refuse_bare('Could not initialize logging: %s' % problem)
    ip = own_address(flags)
    port = flags.number('port')
    agent = Agent(flags, ip, port)
    server = HttpServer(ip, port, lambda request: agent.endpoints.answer(request))
    log.info('main.cpp:545', 'Build: %s by ' % BUILD_DATE)
    log.info('main.cpp:546', 'Version: %s' % VERSION)
    die_by_signals()
    host.check_systemd(flags)
    host.check_containerizers(flags)
    agent.prepare()
    server.start()
    agent.run()


class Agent:
    def __init__(self, flags, ip, port):
        self.flags = flags
        self.ip = ip
        self.port = port
        self.id = ''
        self.start_time = time.time()

    def prepare(self):
        flags = self.flags
        where = self._detector(flags.get('master').strip())
        log.info('slave.cpp:283', 'Mesos agent started on (1)@%s:%d' % (self.ip, self.port))
        log.info('slave.cpp:284', 'Flags at startup: ' + flags.line())
        self.credential = self._credential(flags.get('credential'))
        try:
            resources = host.resources(flags)
        except ValueError as error:
            log.exit_with(1, 'slave.cpp:493', 'Failed to determine agent resources: %s' % error)
        log.info('slave.cpp:631', 'Agent resources: ' + json.dumps(resources, separators=(',', ':')))
        try:
            attributes = parse_attributes(flags.get('attributes'))
        except MalformedAttribute as error:
            log.abort('attributes.cpp:168', str(error))
        log.info('slave.cpp:639', 'Agent attributes: [ %s ]' % (flags.get('attributes') or '').replace(':', '=').replace(';', ', '))
        hostname = own_hostname(flags, self.ip, 'slave.cpp:400')
        log.info('slave.cpp:648', 'Agent hostname: ' + hostname)
        if flags.get('reconfiguration_policy') not in ('equal', 'additive'):
            log.exit_with(1, 'slave.cpp:966', "Unknown option for 'reconfiguration_policy' flag %s. Please run the agent with "
                          "'--help' to see the valid options." % flags.get('reconfiguration_policy'))
        self.info = {'hostname': hostname, 'port': int(flags.get('advertise_port') or self.port),
                     'resources': resources, 'attributes': attributes}
        self.pid = 'slave(1)@%s:%d' % (flags.get('advertise_ip') or self.ip, self.info['port'])
        self.recovery = Recovery(flags, self.info)
        self.tasks = Tasks(self)
        self.registration = Registration(self, where)
        self.endpoints = Endpoints(self)

    def _detector(self, master):
        """A ZooKeeper URL, or the fixed address of one master."""
        if master.startswith('zk://'):
            try:
                return Url(master)
            except ValueError as error:
                log.exit_with(1, 'main.cpp:800', 'Failed to create a master detector: %s' % error)
        match = re.match(r'^(?:master@)?([^:]+):(\d+)$', master)
        try:
            return '%s:%s' % (socket.gethostbyname(match.group(1)), match.group(2))
        except (OSError, AttributeError):
            log.exit_with(1, 'main.cpp:800', "Failed to create a master detector: Failed to parse '%s'" % master)

    def _credential(self, path):
        if not path:
            return None
        log.info('credentials.hpp:73', "Loading credential for authentication from '%s'" % path)

        def refused(reason):
            log.exit_with(1, 'slave.cpp:309', '%s (see --credential flag)' % reason)

        try:
            content = open(path).read()
        except OSError as error:
            refused("Failed to read credential file '%s': %s" % (path, error.strerror))
        try:
            credential = json.loads(content)
        except ValueError as error:
            refused('Invalid json format: syntax error at line 1 near: %s' % content[error.pos:].strip())
        if not isinstance(credential, dict) or 'principal' not in credential:
            refused('Failed to parse credential: Missing required fields: principal')
        return credential

    def run(self):
        self.registration.start()
        self.id = self.recovery.recover(self.flags)
        self.tasks.recover(self.id)
        log.info('slave.cpp:8388', 'Finished recovery')
        if self.flags.get('recover') == 'cleanup':
            log.info('slave.cpp:1004', 'Agent terminating')
            os._exit(0)
        self.registration.recovered.set()
        threading.Event().wait()
