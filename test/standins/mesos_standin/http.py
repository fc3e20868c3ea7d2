"""A small HTTP/1.1 server that answers with the headers, and in the order, Mesos does."""
import base64
import json
import os
import socket
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import log

REASONS = {
    200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content', 307: 'Temporary Redirect', 400: 'Bad Request', 401: 'Unauthorized',
    404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict', 415: 'Unsupported Media Type', 422: 'Unprocessable Entity',
    503: 'Service Unavailable',
}


class Request:
    def __init__(self, handler, body):
        parts = urlsplit(handler.path)
        self.method = handler.command
        self.target = handler.path
        self.path = parts.path.rstrip('/') or '/'
        self.query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.headers = handler.headers
        self.body = body
        self.peer = '%s:%d' % handler.client_address[:2]
        self.socket = handler.connection

    def json(self):
        return json.loads(self.body.decode() or 'null')

    def credentials(self):
        """(principal, secret) of basic authentication, or None."""
        scheme, _, text = (self.headers.get('Authorization') or '').partition(' ')
        if scheme != 'Basic':
            return None
        try:
            return tuple(base64.b64decode(text).decode().split(':', 1))
        except ValueError:
            return None


class Response:
    def __init__(self, status, body=b'', headers=()):
        self.status = status
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = list(headers)


def text(status, message, headers=()):
    kind = ('Content-Type', 'text/plain; charset=utf-8')
    return Response(status, message, [*headers, kind, ('Content-Length', None)])


def not_found():
    return text(404, '404 Not Found.')


def document(value, type_first=False):
    """JSON as Mesos writes it; the v1 API happens to put the type before the length."""
    headers = [('Content-Length', None), ('Content-Type', 'application/json')]
    return Response(200, json.dumps(value, separators=(',', ':')), headers[::-1] if type_first else headers)


def empty(status=200, headers=()):
    return Response(status, b'', [*headers, ('Content-Length', None)])


class HttpServer:
    """Binds at once, so that a refusal happens before anything else; serves once started."""

    def __init__(self, ip, port, route, on_bind_error=None):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            timeout = 120

            def answer(self):
                length = int(self.headers.get('Content-Length') or 0)
                request = Request(self, self.rfile.read(length) if length else b'')
                response = route(request)
                if response is None:
                    self.close_connection = True
                    return
                lines = ['HTTP/1.1 %d %s' % (response.status, REASONS.get(response.status, 'Unknown'))]
                lines.append('Date: %s' % formatdate(usegmt=True))
                for name, value in response.headers:
                    lines.append('%s: %s' % (name, len(response.body) if value is None else value))
                self.wfile.write(('\r\n'.join(lines) + '\r\n\r\n').encode())
                if self.command != 'HEAD':
                    self.wfile.write(response.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, request, client_address):
                # A client that hangs up is no event.
                pass

        try:
            self._server = Server((ip, port), Handler)
        except OSError as error:
            if on_bind_error:
                on_bind_error(error)
            place = '%s:%d' % (ip, port)
            message = 'Failed to initialize: Failed to bind on %s: %s' % (place, os.strerror(error.errno))
            log.abort('process.cpp:1124', message)

    def start(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()


def own_address(flags):
    """The address a daemon listens on and is known by: --ip, else what the machine's name resolves to."""
    ip = flags.get('ip')
    if ip:
        return ip
    name = socket.gethostname()
    try:
        return socket.gethostbyname(name)
    except OSError as error:
        message = "Failed to obtain the IP address for '%s'; the DNS service may not be able to resolve it: %s"
        log.exit_with(1, 'process.cpp:1153', message % (name, error.strerror or error))


def own_hostname(flags, ip, what):
    if flags.get('hostname'):
        return flags.get('hostname')
    if not flags.on('hostname_lookup'):
        return ip
    try:
        return socket.gethostbyaddr(ip)[0]
    except OSError as error:
        log.abort(what, 'Failed to get hostname: %s' % (error.strerror or error))
