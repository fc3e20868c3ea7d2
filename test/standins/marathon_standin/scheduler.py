"""The leader's work: apps kept in ZooKeeper, their tasks kept running on agents that satisfy the constraints."""
import json
import re
import threading
import time
import uuid

from kazoo.exceptions import KazooException, NodeExistsError, NoNodeError

from mesos_standin.framework import Framework, say

_STATE = '/state'


class Scheduler:
    def __init__(self, marathon):
        settings = marathon.settings
        self._client = marathon.election.group.client
        self._path = settings.zk.path + _STATE
        self._lock = threading.RLock()
        self._client.ensure_path(self._path)
        self.apps = self._read('apps', {})
        self.deployments = {}
        self.failures = {}
        self.tasks = []
        self._launched = {}
        self.framework = Framework(
            settings.master,
            {'name': settings.framework_name, 'hostname': settings.hostname, 'user': settings.user,
             'webui_url': 'http://' + marathon.address, 'failover_timeout': settings.failover_timeout,
             'libprocess': marathon.libprocess.address, 'credential': settings.credential},
            self._read('framework-id', None), lambda value: self._write('framework-id', value))

    def _read(self, name, default):
        try:
            return json.loads(self._client.get('%s/%s' % (self._path, name))[0].decode())
        except NoNodeError:
            return default

    def _write(self, name, value):
        path = '%s/%s' % (self._path, name)
        content = json.dumps(value).encode()
        try:
            self._client.create(path, content)
        except NodeExistsError:
            self._client.set(path, content)

    def run(self):
        while True:
            try:
                if self.framework.keep_registered():
                    self._reconcile()
            except (KazooException, OSError) as error:
                say('Reconciliation failed: %r' % error)
            time.sleep(0.3)

    def put(self, app_id, app):
        """Creates or replaces an app; (whether it is new, the deployment's id)."""
        with self._lock:
            new = app_id not in self.apps
            version = time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime()) + '.%03dZ' % (time.time() % 1 * 1000)
            self.apps[app_id] = {'instances': 1, 'cpus': 1.0, 'mem': 128.0, 'disk': 0.0, **app, 'id': app_id, 'version': version}
            self._write('apps', self.apps)
            return new, version, self._deploy(app_id)

    def delete(self, app_id):
        with self._lock:
            del self.apps[app_id]
            self._write('apps', self.apps)
            return self._deploy(app_id)

    def _deploy(self, app_id):
        deployment = str(uuid.uuid4())
        self.deployments = {key: value for key, value in self.deployments.items() if value != app_id}
        self.deployments[deployment] = app_id
        return deployment

    def live(self, app_id):
        return [task for task in self.tasks if task['name'] == task_name(app_id) and not task.get('ended')]

    def _reconcile(self):
        status, offers = self.framework.ask('offers', {'framework_id': self.framework.id})
        if status != 200:
            return
        with self._lock:
            self.tasks = offers['tasks']
            known = {task['id'] for task in self.tasks}
            # What was just launched counts before the master shows it, or it would be launched twice.
            self._launched = {key: app for key, app in self._launched.items() if key not in known}
            wanted = {task_name(app_id): app for app_id, app in self.apps.items()}
            for task in self.tasks:
                app = wanted.get(task['name'])
                stale = app is None or task['env'].get('MARATHON_APP_VERSION') != app['version']
                if not task.get('ended') and stale:
                    self.framework.ask('kill', {'id': task['id']})
                if task['state'] == 'TASK_FAILED' and app:
                    self.failures[app['id']] = {'appId': app['id'], 'state': 'TASK_FAILED', 'taskId': task['id'],
                                                'message': 'Command exited with a non-zero status', 'slaveId': task['slave_id']}
            for app_id, app in self.apps.items():
                self._scale(app_id, app, offers['slaves'])
            self._close_deployments()

    def _scale(self, app_id, app, slaves):
        current = [task for task in self.live(app_id) if task['env'].get('MARATHON_APP_VERSION') == app['version']]
        missing = int(app['instances']) - len(current) - sum(other == app_id for other in self._launched.values())
        if missing < 0:
            for task in current[missing:]:
                self.framework.ask('kill', {'id': task['id']})
        taken = [task['slave_id'] for task in current]
        for _ in range(missing):
            slave = next((slave for slave in slaves if fits(app, slave, taken)), None)
            if slave is None:
                return
            taken.append(slave['id'])
            self._launch(app_id, app, slave)

    def _launch(self, app_id, app, slave):
        task_id = '%s.instance-%s._app.1' % (task_name(app_id), uuid.uuid4())
        ports = self._ports(app, slave)
        env = {**{key: str(value) for key, value in app.get('env', {}).items()}, 'MARATHON_APP_ID': app_id,
               'MARATHON_APP_VERSION': app['version'], 'HOST': slave['hostname']}
        for index, port in enumerate(ports):
            env['PORT%d' % index] = str(port)
        if ports:
            env['PORT'] = str(ports[0])
        docker = (app.get('container') or {}).get('docker')
        if docker:
            docker = {'image': docker['image'], 'network': docker.get('network', 'host').lower()}
        task = {'id': task_id, 'name': task_name(app_id), 'framework_id': self.framework.id, 'command': app.get('cmd') or '',
                'env': env, 'docker': docker, 'ports': ports,
                'resources': {'cpus': float(app['cpus']), 'mem': float(app['mem']), 'disk': float(app.get('disk', 0))}}
        status, _ = self.framework.ask('launch', {'agent_id': slave['id'], 'task': task})
        if status == 200:
            self._launched[task_id] = app_id

    def _ports(self, app, slave):
        """As many free ports of the agent's ranges as the app asks for; one when it says nothing."""
        wanted = app.get('portDefinitions')
        count = len(wanted) if wanted is not None else len(app.get('ports', [0]))
        used = {port for task in self.tasks if task['slave_id'] == slave['id'] for port in task.get('ports', [])}
        free = (port for begin, end in re.findall(r'(\d+)-(\d+)', slave['resources'].get('ports', ''))
                for port in range(int(begin), int(end) + 1) if port not in used)
        return [port for _, port in zip(range(count), free)]

    def _close_deployments(self):
        for deployment, app_id in list(self.deployments.items()):
            app = self.apps.get(app_id)
            running = [task for task in self.live(app_id) if app and task['state'] == 'TASK_RUNNING'
                       and task['env'].get('MARATHON_APP_VERSION') == app['version']]
            if (app is None and not self.live(app_id)) or (app and len(running) == len(self.live(app_id)) == int(app['instances'])):
                del self.deployments[deployment]


def task_name(app_id):
    """/folder/app -> folder_app"""
    return app_id.strip('/').replace('/', '_')


def fits(app, slave, taken):
    """Whether an agent has room and satisfies the constraints, given the agents of the app's other tasks."""
    for name in ('cpus', 'mem'):
        if slave['resources'][name] - slave['used_resources'][name] + 1e-6 < float(app[name]):
            return False
    for constraint in app.get('constraints', []):
        field, operator = constraint[:2]
        value = slave['hostname'] if field in ('hostname', '@hostname') else slave['attributes'].get(field)
        if operator in ('CLUSTER', 'IS') and len(constraint) > 2 and value != constraint[2]:
            return False
        if operator == 'LIKE' and not re.fullmatch(constraint[2], str(value)):
            return False
        if operator == 'UNLIKE' and re.fullmatch(constraint[2], str(value)):
            return False
        if operator == 'UNIQUE' and slave['id'] in taken:
            return False
    return True
