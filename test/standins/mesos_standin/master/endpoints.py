"""The master's HTTP: who answers what, when. Recorded: paths, status codes, redirects, order of the checks."""
import os

from .. import BUILD_DATE, BUILD_TIME, VERSION, log
from ..client import reachable, serve_link
from ..http import Response, document, empty, not_found, text
from . import operator_api, replica, views
from .metrics import snapshot

_LEADER_ONLY = {
    '/state', '/state-summary', '/slaves', '/frameworks', '/roles', '/tasks', '/quota', '/weights',
    '/maintenance/status', '/maintenance/schedule', '/api/v1',
}


class Endpoints:
    def __init__(self, master):
        self._master = master

    def answer(self, request):
        if request.path == replica.PATH or request.path.startswith('/standin/'):
            return self._between_standins(request)
        path = request.path[7:] if request.path.startswith('/master/') else request.path
        log.info('http.cpp:1436', 'HTTP %s for /master%s from %s' % (request.method, path, request.peer))
        open_answers = {'/health': empty, '/redirect': self._redirect, '/version': lambda: document(version()),
                        '/system/stats.json': lambda: document({}), '/help': lambda: text(200, 'help')}
        if path in open_answers:
            return open_answers[path]()
        access = 'readwrite' if path == '/api/v1' or (request.method == 'POST') else 'readonly'
        if path in _LEADER_ONLY:
            return self._master.credentials.refusal(request, access) or self._led(path, request)
        answers = {
            '/flags': lambda: document({'flags': dict(sorted(self._master.flags.values.items()))}),
            '/metrics/snapshot': lambda: document(snapshot(self._master)),
            '/registrar(1)/registry': lambda: document(self._master.cluster.registry() if self._master.recovered else {}),
            '/logging/toggle': lambda: text(200, '0\n'),
            '/': self._web_ui,
        }
        if path not in answers:
            return not_found()
        return self._master.credentials.refusal(request, 'readonly') or answers[path]()

    def _redirect(self):
        leader = self._master.election.leader
        if leader is None:
            return text(503, 'No leader elected')
        return empty(307, [('Location', '//%s:%d' % (leader['hostname'], leader['port']))])

    def _led(self, path, request):
        """Only the leader answers; the others say where it is."""
        master = self._master
        if master.election.leader is None:
            return text(503, 'No leader elected')
        if not master.elected:
            leader = master.election.leader
            log.info('http.cpp:1768', 'Redirecting request for /master%s to the leading master %s' % (path, leader['hostname']))
            query = request.target.partition('?')[2]
            place = '//%s:%d/master%s%s' % (leader['hostname'], leader['port'], path, '?' + query if query else '')
            return empty(307, [('Location', place)])
        if path == '/api/v1':
            return operator_api.answer(master, request)
        return views.answer(master, path, request)

    def _web_ui(self):
        try:
            with open(os.path.join(self._master.flags.get('webui_dir'), 'index.html'), 'rb') as page:
                return Response(200, page.read(), [('Content-Length', None), ('Content-Type', 'text/html')])
        except OSError:
            return not_found()

    def _between_standins(self, request):
        master = self._master
        if request.path == replica.PATH:
            if request.method == 'GET':
                return document(master.replica.state)
            return document({'accepted': True}) if master.replica.accept(request.json()) else text(409, 'not voting')
        if not master.elected or not master.recovered:
            return text(503, 'not leading')
        message = request.json()
        what = request.path[9:]
        if what == 'register':
            return self._register(message)
        if what == 'link':
            number = master.cluster.linked(message['id'])
            if number is not None:
                serve_link(request, master.flags.seconds('agent_ping_timeout') * master.flags.number('max_agent_ping_timeouts'))
                master.cluster.unlinked(message['id'], number)
            return None
        if what == 'subscribe':
            return self._subscribe(message)
        if what == 'framework-link':
            serve_link(request, 30)
            master.cluster.framework_gone(message['id'], message['link'])
            return None
        if what == 'status':
            master.cluster.status(message)
            return document({})
        if what == 'launch':
            problem = master.cluster.launch(message['agent_id'], message['task'])
            return text(409, problem) if problem else document({})
        if what == 'kill':
            master.cluster.kill(message['id'])
            return document({})
        if what == 'offers':
            return document(views.offers(master, message['framework_id']))
        return not_found()

    def _subscribe(self, message):
        credential = message.get('credential')
        known = credential and self._master.credentials.known(credential['principal'], credential.get('secret'))
        if not known and (credential or self._master.flags.on('authenticate_frameworks')):
            log.warning('master.cpp:2604', 'Refusing subscription of framework %s: not authenticated' % message['name'])
            return text(401, 'refused')
        if not reachable(message['libprocess']):
            log.warning('process.cpp:1917', "Failed to send 'mesos.internal.FrameworkRegisteredMessage' to '%s'" % message['libprocess'])
            return text(409, 'not reachable')
        return document(self._master.cluster.subscribe(message))

    def _register(self, message):
        credential = message.get('credential')
        pid = message['pid']
        if credential:
            log.info('master.cpp:9797', 'Authenticating %s' % pid)
            if not self._master.credentials.known(credential['principal'], credential.get('secret')):
                log.info('master.cpp:9834', 'Authentication of %s was unsuccessful: Invalid credentials' % pid)
                return text(401, 'refused')
            log.info('master.cpp:9829', "Successfully authenticated principal '%s' at %s" % (credential['principal'], pid))
        elif self._master.flags.on('authenticate_agents'):
            log.warning('master.cpp:6240', 'Refusing registration of agent at %s because it is not authenticated' % pid)
            return text(409, 'not authenticated')
        return document(self._master.cluster.register(message))


def version():
    return {'build_date': BUILD_DATE, 'build_time': BUILD_TIME, 'build_user': '', 'version': VERSION}
