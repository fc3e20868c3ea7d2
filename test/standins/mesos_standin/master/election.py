"""Contending for leadership and taking it up, as recorded: a leader that loses ZooKeeper ends itself."""
import json
import threading
import time

from .. import log
from ..zk import Group, leader_name


class Election:
    """Leadership through ZooKeeper. `leader` is the MasterInfo of whoever leads, or None."""

    def __init__(self, master, url):
        self._master = master
        self._url = url
        self._leader_node = None
        self.leader = None

    def start(self):
        master = self._master
        data = json.dumps(master.info, separators=(',', ':'))
        self._group = Group(
            self._url,
            master.flags.seconds('zk_session_timeout'),
            join=[('/log_replicas', '', master.replica.pid), ('', 'json.info_', data)],
            on_members=self._on_members,
            on_expired=self._on_expired,
        )
        self._group.start()

    def _on_members(self, names):
        replicas = [self._group.read(name) for name in sorted(names) if name.startswith('log_replicas/')]
        self._master.replica.set_peers([pid for pid in replicas if pid])
        node = leader_name(names)
        if node == self._leader_node:
            return
        text = self._group.read(node) if node else None
        self._leader_node = node if text else None
        if not text:
            log.info('detector.cpp:152', 'Detected a new leader: None')
            self._follow(None)
            return
        log.info('detector.cpp:152', "Detected a new leader: (id='%d')" % int(node.split('_')[1]))
        leader = json.loads(text)
        log.info('zookeeper.cpp:262', 'A new leading master (UPID=%s) is detected' % leader['pid'])
        self._follow(leader)

    def _on_expired(self):
        self._leader_node = None
        self._master.replica.set_peers([])
        log.info('detector.cpp:152', 'Detected a new leader: None')
        self._follow(None)

    def _follow(self, leader):
        master = self._master
        # The id tells a master from its former self, whose node may outlive it for a session's timeout.
        mine = leader is not None and leader['id'] == master.id
        if master.elected and not mine:
            if leader is None:
                log.info('master.cpp:2225', 'No master was elected.')
                log.exit_with(1, 'master.cpp:2228', 'Lost leadership after indecisive election... committing suicide!')
            log.exit_with(1, 'master.cpp:2195', 'Lost leadership... committing suicide!')
        self.leader = leader
        if mine and not master.elected:
            take_up(master)


class StandaloneElection:
    """Without --zk a master elects itself."""

    def __init__(self, master):
        self._master = master
        self.leader = None

    def start(self):
        self._master.replica.set_peers([self._master.replica.pid])
        self.leader = self._master.info
        take_up(self._master)


def take_up(master):
    """Elected: recover the registry from a quorum, or die trying."""
    log.info('master.cpp:2174', 'Elected as the leading master!')
    master.elected_time = time.time()
    threading.Thread(target=_recover, args=(master,), daemon=True).start()


def _recover(master):
    log.info('master.cpp:1670', 'Recovering from registrar')
    started = time.monotonic()
    registry = master.replica.fetch(master.flags.seconds('registry_fetch_timeout'))
    if registry is None:
        log.abort('master.cpp:1659', 'Recovery failed: Failed to recover registrar: Failed to perform fetch within %s'
                  % master.flags.get('registry_fetch_timeout'))
    size = len(json.dumps(registry)) if registry else 0
    log.info('registrar.cpp:383', 'Successfully fetched the registry (%dB) in %.9gsecs' % (size, time.monotonic() - started))
    recovered = master.cluster.recover(registry)
    log.info('registrar.cpp:416', 'Successfully recovered registrar')
    log.info('master.cpp:1823', 'Recovered %d agents from the registry (%dB); allowing %s for agents to reregister'
             % (recovered, size, master.flags.get('agent_reregister_timeout')))
    master.recovered = True
