"""Finding the leading master and being registered with it. Recorded: what is logged, retried, and fatal."""
import json
import os
import random
import threading
import time

from .. import VERSION, client, log
from ..zk import Group, leader_name


class Registration:
    """`leader` is the detected MasterInfo (or None), `recovered` is set once the agent may register."""

    def __init__(self, agent, where):
        self._agent = agent
        self._where = where
        self._node = None
        self._link = None
        self._wake = threading.Event()
        self.leader = None
        self.recovered = threading.Event()

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()
        if isinstance(self._where, str):
            host, port = self._where.split(':')
            self._lead({'pid': 'master@' + self._where, 'hostname': host, 'port': int(port)})
            return
        timeout = self._agent.flags.seconds('zk_session_timeout')
        self._group = Group(self._where, timeout, on_members=self._on_members, on_expired=lambda: self._on_members(set()))
        self._group.start()

    def _on_members(self, names):
        node = leader_name(names)
        if node == self._node:
            return
        text = self._group.read(node) if node else None
        self._node = node if text else None
        if not text:
            log.info('detector.cpp:152', 'Detected a new leader: None')
            self._lead(None)
            return
        leader = json.loads(text)
        log.info('detector.cpp:152', "Detected a new leader: (id='%d')" % int(node.split('_')[1]))
        log.info('zookeeper.cpp:262', 'A new leading master (UPID=%s) is detected' % leader['pid'])
        self._lead(leader)

    def _lead(self, leader):
        self.leader = leader
        if leader:
            log.info('slave.cpp:1475', 'New master detected at %s' % leader['pid'])
        else:
            log.info('slave.cpp:1499', 'Lost leading master')
        self._drop_link()
        self._wake.set()

    def _drop_link(self):
        link, self._link = self._link, None
        if link:
            link.close()

    def _on_closed(self):
        log.warning('slave.cpp:6723', 'Master disconnected! Waiting for a new master to be elected')
        self._link = None
        self._wake.set()

    def _run(self):
        self.recovered.wait()
        attempt = 0
        while True:
            self._wake.clear()
            leader = self.leader
            if leader is None or self._link is not None:
                self._wake.wait()
                attempt = 0
                continue
            # The first try waits a random part of registration_backoff_factor, the next ones up to twice as long each.
            factor = self._agent.flags.seconds('registration_backoff_factor')
            if self._wake.wait(random.uniform(0, min(factor * 2**attempt, 60))) and self.leader is not leader:
                attempt = 0
                continue
            attempt += 1
            if self._register(leader):
                attempt = 0
            elif self.leader is leader and attempt == 1:
                time.sleep(0.05)

    def _register(self, leader):
        agent = self._agent
        address = leader['pid'].split('@')[1]
        message = {'info': agent.info, 'pid': agent.pid, 'id': agent.id, 'version': VERSION,
                   'credential': agent.credential, 'tasks': agent.tasks.report()}
        if agent.credential:
            log.info('slave.cpp:1567', 'Authenticating with master %s' % leader['pid'])
        try:
            status, answer = client.call(address, 'POST', '/standin/register', message)
        except OSError:
            return False
        if status == 401:
            log.exit_with(1, 'slave.cpp:1663', 'Master %s refused authentication' % leader['pid'])
        if status != 200 or self.leader is not leader:
            return False
        if 'shutdown' in answer:
            log.info('slave.cpp:1041', "Agent asked to shut down by %s because '%s'" % (leader['pid'], answer['shutdown']))
            log.info('slave.cpp:1004', 'Agent terminating')
            os._exit(0)
        if agent.id == answer['id']:
            log.info('slave.cpp:1832', 'Re-registered with master %s' % leader['pid'])
        else:
            log.info('slave.cpp:1700', 'Registered with master %s; given agent ID %s' % (leader['pid'], answer['id']))
            agent.id = answer['id']
            agent.recovery.remember(agent.id)
        try:
            self._link = client.Link(address, '/standin/link', {'id': agent.id}, self._on_closed)
        except OSError:
            return False
        return True

    def tell(self, what, message):
        """Sends news to the leading master; lost news is made up for by the next registration's report."""
        leader = self.leader
        if leader is None:
            return
        try:
            client.call(leader['pid'].split('@')[1], 'POST', '/standin/' + what, message)
        except OSError:
            pass
