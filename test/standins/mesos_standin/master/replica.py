"""The replicated log: who may vote, and the registry a quorum of masters agrees on.

Real: the states EMPTY, STARTING, VOTING kept in work_dir/replicated_log; a new log begins only when 2 x quorum - 1
empty replicas see each other; an empty replica joins a log that exists by catching up from a quorum; reading and writing
the registry need a quorum. Stood in: Paxos and LevelDB, by one versioned document per replica.
"""
import json
import os
import random
import threading
import time

from .. import client, log

PATH = '/log-replica(1)/standin'


class Replica:
    def __init__(self, work_dir, quorum, pid):
        self._file = os.path.join(work_dir, 'replicated_log', 'replica.json')
        self.quorum = quorum
        self.pid = pid
        self.peers = []
        self._lock = threading.Lock()
        self.state = {'status': 'EMPTY', 'version': 0, 'registry': {}}
        os.makedirs(os.path.dirname(self._file), exist_ok=True)
        if os.path.exists(self._file):
            with open(self._file) as file:
                self.state = json.load(file)
        log.info('replica.cpp:795', 'Replica recovered with log positions 0 -> %d with %d holes and 0 unlearned'
                 % (self.state['version'], 0 if self.state['version'] else 1))
        threading.Thread(target=self._recover, daemon=True).start()

    def _save(self, **changes):
        with self._lock:
            self.state = {**self.state, **changes}
            temporary = self._file + '.new'
            with open(temporary, 'w') as file:
                json.dump(self.state, file)
                file.flush()
                os.fsync(file.fileno())
            os.rename(temporary, self._file)

    def _recover(self):
        log.info('recover.cpp:437', 'Starting replica recovery')
        while self.state['status'] != 'VOTING':
            log.info('recover.cpp:468', 'Replica is in %s status' % self.state['status'])
            answers = [self.state] + self._ask_others('GET')
            voting = [answer for answer in answers if answer['status'] == 'VOTING']
            if len(voting) >= self.quorum:
                best = max(voting, key=lambda answer: answer['version'])
                self._become('VOTING', version=best['version'], registry=best['registry'])
            elif len(answers) >= 2 * self.quorum - 1:
                # Two rounds, so that nobody votes before everybody has been seen empty.
                if self.state['status'] == 'EMPTY':
                    self._become('STARTING')
                elif not [answer for answer in answers if answer['status'] == 'EMPTY']:
                    self._become('VOTING')
            if self.state['status'] != 'VOTING':
                time.sleep(random.uniform(0.1, 0.5))
        log.info('recover.cpp:578', 'Successfully joined the Paxos group')

    def _become(self, status, **changes):
        log.info('recover.cpp:564', 'Updating replica status to %s' % status)
        self._save(status=status, **changes)

    def set_peers(self, pids):
        self.peers = [pid for pid in pids if pid != self.pid]
        log.info('network.hpp:485', 'ZooKeeper group PIDs: { %s }' % ', '.join(sorted(pids)))

    @property
    def ensemble(self):
        return len(self.peers) + 1

    def _ask_others(self, method, value=None):
        """Answers of the other replicas, asked at the same time; the silent ones are missing."""
        answers = []

        def ask(pid):
            try:
                status, answer = client.call(pid.split('@')[1], method, PATH, value, timeout=2)
                if status == 200 and answer:
                    answers.append(answer)
            except OSError as error:
                log.warning('process.cpp:1917', "Failed to send 'mesos.internal.log.PromiseRequest' to '%s', connect: %s"
                            % (pid.split('@')[1], error))

        threads = [threading.Thread(target=ask, args=(pid,)) for pid in set(self.peers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def fetch(self, timeout):
        """The registry a quorum knows; None when no quorum answered within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            answers = [self.state] + self._ask_others('GET')
            voting = [answer for answer in answers if answer['status'] == 'VOTING']
            if len(voting) >= self.quorum and self.state['status'] == 'VOTING':
                best = max(voting, key=lambda answer: answer['version'])
                self._save(version=best['version'], registry=best['registry'])
                return best['registry']
            time.sleep(0.2)
        return None

    def store(self, registry, timeout):
        """Writes a new registry to a quorum; False when that failed."""
        entry = {'version': self.state['version'] + 1, 'registry': registry}
        self._save(**entry)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if 1 + len(self._ask_others('POST', entry)) >= self.quorum:
                return True
            time.sleep(0.2)
        return False

    def accept(self, entry):
        """A write from the leading master; ignored unless this replica may vote."""
        if self.state['status'] != 'VOTING':
            return False
        if entry['version'] > self.state['version']:
            self._save(version=entry['version'], registry=entry['registry'])
        return True
