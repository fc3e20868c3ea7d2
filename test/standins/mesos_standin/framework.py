"""What Marathon's and Chronos's stand-ins share: electing one leader in ZooKeeper, and being a framework of Mesos.

Real: the election's ephemeral nodes, finding the Mesos leader through its json.info node, a libprocess port the master
must reach, one framework id over all restarts. Stood in: libmesos, by the masters' private HTTP.
"""
import http.client
import json
import os
import socket
import sys
import threading
import time

from . import client
from .http import Response, text
from .zk import Group, leader_name


def say(message):
    stamp = time.strftime('%Y-%m-%d %H:%M:%S', time.localtime())
    sys.stderr.write('[%s] %s\n' % (stamp, message))
    sys.stderr.flush()


def crash(status, message):
    say('%s, exiting with %d' % (message, status))
    os._exit(status)


class Contender:
    """Holds a node below the state path; `leader` is the host:port in the lowest one, None without."""

    def __init__(self, url, folder, prefix, address, timeout, on_elected, on_lost):
        self._prefix = prefix
        self._folder = folder.strip('/')
        self._address = address
        self._on_elected = on_elected
        self.elected = False
        self.leader = None
        self.group = Group(url, timeout, join=[(folder, prefix, address)], on_members=self._on_members, on_expired=on_lost)
        self.group.start()

    def _on_members(self, names):
        latches = sorted(name for name in names if name.startswith('%s/%s' % (self._folder, self._prefix)))
        self.leader = (self.group.read(latches[0]) if latches else None) or None
        if self.leader == self._address and not self.elected:
            # An older node of this very address belongs to a process that died: wait for ZooKeeper to expire it.
            if sum(self.group.read(name) == self._address for name in latches) > 1:
                self.leader = None
                return
            self.elected = True
            say('Elected as leader (%s)' % self._address)
            threading.Thread(target=self._on_elected, daemon=True).start()


class Libprocess:
    """The port the Mesos master calls back: LIBPROCESS_IP and LIBPROCESS_PORT, as libmesos reads them."""

    def __init__(self, on_bind_error):
        ip = os.environ.get('LIBPROCESS_IP') or socket.gethostbyname(socket.gethostname())
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((ip, int(os.environ.get('LIBPROCESS_PORT') or 0)))
        except OSError as error:
            on_bind_error(error)
        self._socket.listen(16)
        self.address = '%s:%d' % self._socket.getsockname()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            self._socket.accept()[0].close()


class Framework:
    """A registered framework. `save(id)` keeps the id for the next start."""

    def __init__(self, master_url, registration, saved_id, save):
        self._registration = registration
        self._save = save
        self._node = None
        self._leader = None
        self._link = None
        self.id = saved_id
        self._group = Group(master_url, 10.0, on_members=self._on_members, on_expired=lambda: self._on_members(set()))
        self._group.start()

    def _on_members(self, names):
        node = leader_name(names)
        if node != self._node:
            data = self._group.read(node) if node else None
            self._node = node if data else None
            self._leader = json.loads(data) if data else None
            if self._link:
                self._link.close()
                self._link = None

    @property
    def leader(self):
        return self._leader

    @property
    def connected(self):
        return self._link is not None and not self._link.closed

    def keep_registered(self):
        """One attempt to be registered, if need be; true when registered."""
        leader = self._leader
        if leader is None:
            return False
        if self.connected:
            return True
        address = leader['pid'].split('@')[1]
        try:
            status, answer = client.call(address, 'POST', '/standin/subscribe', {**self._registration, 'id': self.id})
            if status == 401:
                say('The master refused authentication')
            if status != 200:
                return False
            self._link = client.Link(address, '/standin/framework-link', answer, lambda: None)
        except OSError:
            return False
        if self.id != answer['id']:
            self.id = answer['id']
            self._save(self.id)
        say('Registered as %s with %s' % (self.id, leader['pid']))
        return True

    def ask(self, what, value):
        """(status, answer) of the leading master; (0, None) when there is none."""
        leader = self._leader
        if leader is None:
            return 0, None
        try:
            return client.call(leader['pid'].split('@')[1], 'POST', '/standin/' + what, value)
        except OSError:
            return 0, None


def proxy(request, leader, mark):
    """Passes a request on to the leading instance."""
    if leader is None:
        return text(503, 'Could not determine the current leader')
    host, port = leader.rsplit(':', 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=10)
    try:
        headers = {name: value for name, value in request.headers.items() if name.lower() != 'host'}
        connection.request(request.method, request.target, request.body or None, {**headers, mark: leader})
        answer = connection.getresponse()
        body = answer.read()
        kind = answer.getheader('Content-Type')
        return Response(answer.status, body, [*([('Content-Type', kind)] if kind else []), (mark, leader), ('Content-Length', None)])
    except (OSError, http.client.HTTPException):
        return text(503, 'Could not reach the current leader %s' % leader)
    finally:
        connection.close()
