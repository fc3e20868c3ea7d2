"""The agent's HTTP, with and without /slave(1). Recorded: paths, documents, status codes."""
import json
import os
import time

from .. import BUILD_DATE, BUILD_TIME, VERSION, log
from ..http import document, empty, not_found, text
from ..master.endpoints import version
from ..master.metrics import system
from ..master.views import AGENT_CAPABILITIES
from ..resources import add, none, scalar, short, short_attributes, with_role


class Endpoints:
    def __init__(self, agent):
        self._agent = agent
        with open(os.path.join(os.path.dirname(__file__), '..', 'data', 'metrics.json')) as file:
            self._metrics = json.load(file)['agent']
        path = agent.flags.get('http_credentials')
        self._secrets = {}
        if path:
            with open(path) as file:
                self._secrets = {item['principal']: item['secret'] for item in json.load(file)['credentials']}

    def answer(self, request):
        path = request.path[9:] if request.path.startswith('/slave(1)/') else request.path
        if path in ('/standin/launch', '/standin/kill'):
            task = request.json()
            if path.endswith('launch'):
                self._agent.tasks.launch(task)
            else:
                self._agent.tasks.kill(task['id'])
            return document({})
        log.info('http.cpp:1436', 'HTTP %s for /slave(1)%s from %s' % (request.method, path, request.peer))
        answers = {'/health': empty, '/version': lambda: document(version()), '/system/stats.json': lambda: document({})}
        if path in answers:
            return answers[path]()
        answers = {
            '/state': lambda: document(self._state()),
            '/flags': lambda: document({'flags': self._flags()}),
            '/metrics/snapshot': lambda: document(self._snapshot()),
            '/containers': lambda: document(self._containers()),
            '/monitor/statistics': lambda: document([]),
            '/api/v1': lambda: self._api(request),
        }
        if path not in answers:
            return not_found()
        return self._refusal(request, 'readwrite' if path == '/api/v1' else 'readonly') or answers[path]()

    def _refusal(self, request, access):
        if not self._agent.flags.on('authenticate_http_' + access):
            return None
        given = request.credentials()
        if given and len(given) == 2 and self._secrets.get(given[0]) == given[1]:
            return None
        return text(401, '401 Unauthorized.', [('WWW-Authenticate', 'Basic realm="mesos-agent-%s"' % access)])

    def _flags(self):
        return dict(sorted(self._agent.flags.values.items()))

    def _state(self):
        agent = self._agent
        resources = agent.info['resources']
        used = none()
        for task in agent.tasks.running():
            add(used, task['resources'])
        out = {
            'version': VERSION, 'build_date': BUILD_DATE, 'build_time': BUILD_TIME, 'build_user': '',
            'start_time': agent.start_time, 'id': agent.id, 'pid': agent.pid, 'hostname': agent.info['hostname'],
            'capabilities': AGENT_CAPABILITIES, 'resources': short(resources), 'reserved_resources': {},
            'unreserved_resources': short(resources), 'reserved_resources_full': {},
            'unreserved_resources_full': with_role(resources), 'reserved_resources_allocated': {},
            'unreserved_resources_allocated': used, 'resource_providers': [],
            'attributes': short_attributes(agent.info['attributes']),
        }
        if agent.registration.leader:
            out['master_hostname'] = agent.registration.leader['hostname']
        return {**out, 'flags': self._flags(), 'frameworks': self._frameworks(), 'completed_frameworks': []}

    def _frameworks(self):
        frameworks = {}
        for task in self._agent.tasks.running():
            entry = frameworks.setdefault(task['framework_id'], {'id': task['framework_id'], 'executors': []})
            shown = {key: task[key] for key in ('id', 'name', 'framework_id', 'slave_id', 'state', 'resources', 'statuses')}
            entry['executors'].append({'id': task['id'], 'directory': task['sandbox'], 'tasks': [shown]})
        return list(frameworks.values())

    def _containers(self):
        return [{'container_id': os.path.basename(task['sandbox']), 'executor_id': task['id'], 'framework_id': task['framework_id'],
                 'source': task['id']} for task in self._agent.tasks.running()]

    def _snapshot(self):
        agent = self._agent
        out = dict(self._metrics)
        tasks = agent.tasks.report()
        for state in ('staging', 'starting', 'running', 'finished', 'failed', 'killed'):
            out['slave/tasks_' + state] = float(sum(task['state'] == 'TASK_' + state.upper() for task in tasks))
        for name in ('cpus', 'mem', 'disk'):
            out['slave/%s_total' % name] = float(scalar(agent.info['resources'], name))
        # Recorded: this says only that a master was detected, whether it registered the agent or not.
        out['slave/registered'] = 1.0 if agent.registration.leader else 0.0
        out['slave/uptime_secs'] = time.time() - agent.start_time
        return {**out, **system()}

    def _api(self, request):
        if request.method != 'POST':
            message = "405 Method Not Allowed. Expecting one of { 'POST' }, but received '%s'." % request.method
            return text(405, message, [('Allow', 'POST')])
        agent = self._agent
        calls = {
            'GET_HEALTH': lambda: {'get_health': {'healthy': True}},
            'GET_VERSION': lambda: {'get_version': {'version_info': {
                'version': VERSION, 'build_date': BUILD_DATE, 'build_time': BUILD_TIME, 'build_user': ''}}},
            'GET_FLAGS': lambda: {'get_flags': {'flags': [{'name': n, 'value': v} for n, v in self._flags().items()]}},
            'GET_AGENT': lambda: {'get_agent': {'agent_info': {
                **agent.info, **({'id': {'value': agent.id}} if agent.id else {})}}},
        }
        try:
            kind = request.json().get('type')
        except ValueError:
            return text(400, 'Failed to parse body into JSON')
        if kind not in calls:
            return text(400, "Failed to validate agent::Call: Expecting 'type' to be present")
        return document({'type': kind, **calls[kind]()}, type_first=True)
