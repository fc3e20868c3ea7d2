"""ZooKeeper as Mesos uses it: a session, a group of ephemeral sequential nodes, the leader with the lowest number.

Real: the client protocol (kazoo), nodes, names, contents, ACLs, session times. A session that could not reach ZooKeeper
for its timeout is given up from this side, as Mesos does, and a new one is begun. Simplified: one session per process
where a real master holds three; the connection's noise in the log is one line a second.
"""
import logging
import re
import threading
import time

from kazoo.client import KazooClient, KazooState
from kazoo.exceptions import KazooException
from kazoo.retry import KazooRetry
from kazoo.security import make_digest_acl

from . import log

logging.getLogger('kazoo').setLevel(logging.CRITICAL)


class Url:
    """zk://[user:password@]host:port,.../path"""

    def __init__(self, text):
        match = re.match(r'^zk://(?:([^@/]+)@)?([^/]+)(/.*)?$', text.strip())
        if not text.strip().startswith('zk://') or not match:
            raise ValueError("Expecting 'zk://' at the beginning of the URL")
        self.authentication, self.servers, path = match.groups()
        self.path = (path or '/').rstrip('/') or '/'


class Group:
    """Keeps one process joined to the nodes under a path and tells who leads.

    `join` lists (folder, prefix, data) of ephemeral sequential nodes to hold. `on_members(names)` is called with the
    names below the path whenever they change, `on_expired()` when the session is given up.
    """

    def __init__(self, url, timeout, join=(), on_members=None, on_expired=None):
        self.url = url
        self.timeout = timeout
        self.join = join
        self.on_members = on_members
        self.on_expired = on_expired
        self.client = None
        self._changed = threading.Event()

    def start(self):
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                self._session()
            except Exception as error:  # a bug here must be seen in the log, not end the thread
                log.warning('group.cpp:495', 'Session failed: %r' % error)
                time.sleep(1)

    def _session(self):
        connected = threading.Event()
        lost = threading.Event()

        def listen(state):
            if state == KazooState.CONNECTED:
                connected.set()
            else:
                connected.clear()
                if state == KazooState.LOST:
                    lost.set()
            self._changed.set()

        retry = KazooRetry(max_tries=-1, delay=0.1, backoff=1, max_jitter=0.1, max_delay=1)
        user = self.url.authentication
        client = KazooClient(self.url.servers, timeout=self.timeout, connection_retry=retry, command_retry=None,
                             auth_data=[('digest', user)] if user else None)
        if user:
            client.default_acl = [make_digest_acl(*user.split(':', 1), all=True)]
        client.add_listener(listen)
        client.start_async()
        # Before the first connection there is no session to expire: Mesos waits for ever.
        while not connected.wait(1):
            log.warning('group.cpp:495', 'Socket %s: server refused to accept the client' % self.url.servers)
        self.client = client
        joined = False
        gone_since = None
        members = None
        while not lost.is_set():
            self._changed.wait(0.5)
            self._changed.clear()
            if not connected.is_set():
                gone_since = gone_since or time.monotonic()
                if time.monotonic() - gone_since >= self.timeout:
                    log.warning('group.cpp:495', 'Timed out waiting to connect to ZooKeeper. Forcing ZooKeeper session '
                                '(sessionId=%x) expiration' % (client.client_id or (0,))[0])
                    break
                continue
            gone_since = None
            try:
                if not joined:
                    self._create_nodes(client)
                    joined = True
                names = self._list(client)
            except KazooException:
                continue
            if names != members:
                members = names
                self.on_members(names)
        log.info('group.cpp:511', 'ZooKeeper session expired')
        self.client = None
        if self.on_expired:
            self.on_expired()
        # Not closed politely: the old session's nodes stay until ZooKeeper itself expires them, as recorded.
        client._stopped.set()
        threading.Thread(target=_abandon, args=(client,), daemon=True).start()

    def _create_nodes(self, client):
        log.info('group.cpp:419', "Trying to create path '%s' in ZooKeeper" % self.url.path)
        client.ensure_path(self.url.path)
        for folder, prefix, data in self.join:
            parent = self.url.path + folder
            client.ensure_path(parent)
            client.create(parent + '/' + prefix, data.encode(), ephemeral=True, sequence=True)

    def _list(self, client):
        names = set()
        folders = {''} | {folder for folder, _, _ in self.join}
        for folder in folders:
            try:
                children = client.get_children(self.url.path + folder, watch=lambda _event: self._changed.set())
            except KazooException:
                if folder == '':
                    raise
                continue
            names |= {(folder + '/' + child).lstrip('/') for child in children}
        return names

    def read(self, name):
        """Content of a member node as text; None when it has just gone."""
        client = self.client
        try:
            return client.get(self.url.path + '/' + name)[0].decode() if client else None
        except (KazooException, AttributeError):
            return None


def _abandon(client):
    try:
        client._connection._socket and client._connection._socket.close()
    except Exception:
        pass


def leader_name(names):
    """The json.info node with the lowest number."""
    infos = [name for name in names if name.startswith('json.info_')]
    return min(infos) if infos else None
