"""HTTP between the stand-ins: short requests, and links that tell at once when the other end has gone."""
import http.client
import json
import socket
import threading
import time


def call(address, method, path, value=None, timeout=5):
    """(status, parsed JSON or None); OSError when nobody answers."""
    host, port = address.rsplit(':', 1)
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout)
    try:
        body = None if value is None else json.dumps(value)
        connection.request(method, path, body, {'Content-Type': 'application/json'} if body else {})
        response = connection.getresponse()
        text = response.read()
        try:
            return response.status, json.loads(text) if text else None
        except ValueError:
            return response.status, None
    except http.client.HTTPException as error:
        raise OSError(str(error))
    finally:
        connection.close()


def reachable(address):
    """Whether a connection to host:port comes about, as a message back to it would need."""
    host, port = address.rsplit(':', 1)
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
        return True
    except OSError:
        return False


class Link:
    """Holds a connection open for as long as this side lives: a byte a second, so that silence means death."""

    def __init__(self, address, path, value, on_closed):
        host, port = address.rsplit(':', 1)
        self.closed = False
        self._socket = socket.create_connection((host, int(port)), timeout=5)
        body = json.dumps(value).encode()
        head = 'POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n' % (path, address, len(body))
        self._socket.sendall(head.encode() + body)
        self._socket.settimeout(1)
        threading.Thread(target=self._watch, args=(on_closed,), daemon=True).start()

    def _watch(self, on_closed):
        while not self.closed:
            try:
                self._socket.sendall(b'.')
                if not self._socket.recv(1):
                    break
            except socket.timeout:
                continue
            except OSError:
                break
            time.sleep(0.2)
        if not self.closed:
            self.closed = True
            on_closed()

    def close(self):
        self.closed = True
        self._socket.close()


def serve_link(request, silence):
    """The other end of a Link: returns when it is closed, or silent for `silence` seconds."""
    request.socket.settimeout(silence)
    try:
        while request.socket.recv(64):
            pass
    except OSError:
        pass
