"""Marathon's HTTP API, as much of it as installers and their verifiers use."""
import json
import re
import time

from mesos_standin.framework import proxy
from mesos_standin.http import Response, document, not_found, text
from . import VERSION


class Api:
    def __init__(self, marathon):
        self._marathon = marathon

    def answer(self, request):
        if request.path == '/ping':
            return Response(200, 'pong', [('Content-Type', 'text/plain;charset=utf-8'), ('Content-Length', None)])
        election = getattr(self._marathon, 'election', None)
        if request.path == '/metrics':
            return document({'start': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()), 'gauges': {
                'marathon.leadership.duration.gauge.seconds': {'value': 0}}, 'counters': {}, 'histograms': {}, 'timers': {}})
        if request.path in ('/', '/ui'):
            return Response(200, '<!DOCTYPE html><title>Marathon (stand-in)</title>\n', [('Content-Type', 'text/html'), ('Content-Length', None)])
        if not request.path.startswith('/v2/'):
            return not_found()
        leader = election.leader if election else None
        if request.path == '/v2/leader' and leader is None:
            return message(404, 'There is no leader')
        if election is None or not election.elected or self._marathon.scheduler is None:
            if leader == self._marathon.address:
                return text(503, 'Leadership is being taken up')
            return proxy(request, leader, 'X-Marathon-Leader')
        return self._lead(request, leader)

    def _lead(self, request, leader):
        scheduler = self._marathon.scheduler
        path = request.path
        if path == '/v2/leader':
            return document({'leader': leader})
        if path == '/v2/info':
            return document(self._info(leader))
        if path == '/v2/deployments':
            return document([{'id': key, 'affectedApps': [app], 'affectedPods': [], 'steps': [], 'currentActions': [],
                              'version': scheduler.apps.get(app, {}).get('version', '')}
                             for key, app in list(scheduler.deployments.items())])
        if path == '/v2/tasks':
            return document({'tasks': [shown for app in list(scheduler.apps) for shown in self._tasks(app)]})
        match = re.match(r'^/v2/apps(/.*)?$', path)
        if not match:
            return not_found()
        app_id = match.group(1)
        app_id = app_id and '/' + app_id.strip('/')
        if request.method == 'GET':
            return self._list(request) if app_id is None else self._show(app_id)
        if request.method in ('PUT', 'POST'):
            return self._put(request, app_id)
        if request.method == 'DELETE' and app_id:
            if app_id not in scheduler.apps:
                return missing(app_id)
            version = scheduler.apps[app_id]['version']
            return document({'version': version, 'deploymentId': scheduler.delete(app_id)})
        return text(405, 'Method not allowed')

    def _info(self, leader):
        settings = self._marathon.settings
        framework = self._marathon.scheduler.framework
        return {
            'name': 'marathon', 'version': VERSION, 'buildref': 'stand-in', 'elected': True, 'leader': leader,
            'frameworkId': framework.id,
            'marathon_config': {'master': settings.master_text, 'failover_timeout': settings.failover_timeout,
                                'framework_name': settings.framework_name, 'ha': True, 'hostname': settings.hostname,
                                'mesos_user': settings.user, 'task_launch_timeout': settings.task_launch_timeout,
                                'mesos_leader_ui_url': 'http://%s:5050/' % framework.leader['hostname'] if framework.leader else None},
            'zookeeper_config': {'zk': settings.zk_text, 'zk_timeout': 10000, 'zk_session_timeout': int(settings.zk_session_timeout * 1000),
                                 'zk_connection_timeout': int(settings.zk_connection_timeout * 1000)},
            'http_config': {'http_port': settings.http_port, 'https_port': 8443},
        }

    def _tasks(self, app_id):
        return [{'id': task['id'], 'appId': app_id, 'host': task['env'].get('HOST'), 'slaveId': task['slave_id'],
                 'state': task['state'], 'ports': task.get('ports', []), 'version': task['env'].get('MARATHON_APP_VERSION')}
                for task in self._marathon.scheduler.live(app_id)]

    def _app(self, app_id):
        scheduler = self._marathon.scheduler
        tasks = self._tasks(app_id)
        running = sum(task['state'] == 'TASK_RUNNING' for task in tasks)
        deployments = [{'id': key} for key, app in list(scheduler.deployments.items()) if app == app_id]
        failure = scheduler.failures.get(app_id)
        return {**scheduler.apps[app_id], 'tasks': tasks, 'tasksRunning': running, 'tasksStaged': len(tasks) - running,
                'tasksHealthy': 0, 'tasksUnhealthy': 0, 'deployments': deployments,
                **({'lastTaskFailure': failure} if failure else {})}

    def _list(self, request):
        part = request.query.get('id', '')
        return document({'apps': [self._app(app_id) for app_id in list(self._marathon.scheduler.apps) if part in app_id]})

    def _show(self, app_id):
        return document({'app': self._app(app_id)}) if app_id in self._marathon.scheduler.apps else missing(app_id)

    def _put(self, request, app_id):
        scheduler = self._marathon.scheduler
        try:
            app = json.loads(request.body.decode())
            app_id = app_id or '/' + app['id'].strip('/')
        except (ValueError, KeyError, TypeError):
            return message(400, 'Invalid JSON')
        if not (app.get('cmd') or app.get('args') or app.get('container')) and app_id not in scheduler.apps:
            return message(422, 'Object is not valid: AppDefinition must either contain one of "cmd" or "args", and/or a "container".')
        if app_id in scheduler.deployments.values() and request.query.get('force') != 'true':
            return message(409, 'App is locked by one or more deployments. Override with the option \'?force=true\'.')
        new, version, deployment = scheduler.put(app_id, {**scheduler.apps.get(app_id, {}), **app})
        body = {'version': version, 'deploymentId': deployment}
        answer = document(body)
        answer.status = 201 if new else 200
        return answer


def message(status, words):
    answer = document({'message': words})
    answer.status = status
    return answer


def missing(app_id):
    return message(404, "App '%s' does not exist" % app_id)
