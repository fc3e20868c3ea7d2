"""Tasks that really run: a shell command in a sandbox, or a container of the host's Docker.

Real: sandbox folders, task states, tasks that outlive a restart of the agent. Stood in: executors (a small shell that
writes down the exit status), limits of cpu and memory, fetching of URIs.
"""
import json
import os
import signal
import subprocess
import threading
import time
import uuid

from .. import log
from .host import docker_command

_ENDED = ('TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST')
_WRAPPER = 'if [ "$STANDIN_SHELL" ]; then /bin/sh -c "$STANDIN_COMMAND"; else eval "$STANDIN_COMMAND"; fi; echo $? >.exit.new; mv .exit.new .exit'


class Tasks:
    def __init__(self, agent):
        self._agent = agent
        self._lock = threading.Lock()
        self._tasks = {}

    def _file(self):
        return os.path.join(self._agent.flags.get('work_dir'), 'meta', 'slaves', 'latest', 'tasks.json')

    def recover(self, agent_id):
        """Takes up the tasks an earlier agent process with this id left running."""
        if not agent_id or not os.path.exists(self._file()):
            return
        with open(self._file()) as file:
            self._tasks = json.load(file)
        for task in self._tasks.values():
            if not task['ended']:
                threading.Thread(target=self._watch, args=(task,), daemon=True).start()

    def report(self):
        with self._lock:
            own = ('sandbox', 'container', 'killed', 'pid')
            return [{key: value for key, value in task.items() if key not in own} for task in self._tasks.values()]

    def running(self):
        with self._lock:
            return [task for task in self._tasks.values() if not task['ended']]

    def launch(self, task):
        task = {**task, 'ended': False, 'container': None, 'killed': False}
        folder = os.path.join(self._agent.flags.get('work_dir'), 'slaves', self._agent.id, 'frameworks', task['framework_id'],
                              'executors', task['id'], 'runs')
        task['sandbox'] = os.path.join(folder, str(uuid.uuid4()))
        os.makedirs(task['sandbox'])
        latest = os.path.join(folder, 'latest')
        if os.path.islink(latest):
            os.unlink(latest)
        os.symlink(task['sandbox'], latest)
        with self._lock:
            self._tasks[task['id']] = task
        log.info('slave.cpp:2168', "Got assigned task '%s' for framework %s" % (task['id'], task['framework_id']))
        threading.Thread(target=self._start, args=(task,), daemon=True).start()

    def _start(self, task):
        self._state(task, 'TASK_STARTING')
        command, shell = self._command(task)
        environment = {**os.environ, **task.get('env', {}), 'MESOS_TASK_ID': task['id'], 'MESOS_SANDBOX': task['sandbox'],
                       'STANDIN_COMMAND': command, 'STANDIN_SHELL': shell}
        with open(os.path.join(task['sandbox'], 'stdout'), 'w') as out, open(os.path.join(task['sandbox'], 'stderr'), 'w') as err:
            process = subprocess.Popen(['/bin/sh', '-c', _WRAPPER], cwd=task['sandbox'], env=environment, stdin=subprocess.DEVNULL,
                                       stdout=out, stderr=err, start_new_session=True)
        threading.Thread(target=process.wait, daemon=True).start()
        task['pid'] = process.pid
        if not task['container'] or self._container_runs(task):
            self._state(task, 'TASK_RUNNING')
        self._watch(task)

    def _command(self, task):
        """(what the wrapper runs, whether a shell of its own runs it)"""
        docker = task.get('docker')
        if not docker:
            return task['command'], 'yes'
        task['container'] = 'mesos-' + os.path.basename(task['sandbox'])
        words = docker_command(self._agent.flags) + ['run', '--name', task['container'], '--net', docker.get('network', 'host')]
        for name, value in task.get('env', {}).items():
            words += ['-e', '%s=%s' % (name, value)]
        words += docker.get('parameters', []) + [docker['image']]
        if task.get('command'):
            words += ['/bin/sh', '-c', task['command']]
        return ' '.join("'%s'" % word.replace("'", "'\\''") for word in words), ''

    def _container_runs(self, task):
        """Waits through pull and create; false when the container never came up."""
        inspect = docker_command(self._agent.flags) + ['inspect', '-f', '{{.State.Running}}', task['container']]
        while not self._exit_status(task):
            if subprocess.run(inspect, capture_output=True, text=True).stdout.strip() == 'true':
                return True
            time.sleep(0.2)
        return False

    def _exit_status(self, task):
        try:
            return open(os.path.join(task['sandbox'], '.exit')).read().strip()
        except OSError:
            return None

    def _watch(self, task):
        while True:
            alive = _alive(task['pid'])
            status = self._exit_status(task)
            if status is not None or not alive:
                break
            time.sleep(0.2)
        if task['killed']:
            self._state(task, 'TASK_KILLED')
        else:
            self._state(task, 'TASK_FINISHED' if status == '0' else 'TASK_FAILED')

    def kill(self, task_id):
        with self._lock:
            task = self._tasks.get(task_id)
        if task is None or task['ended']:
            return
        task['killed'] = True
        if task['container']:
            subprocess.Popen(docker_command(self._agent.flags) + ['stop', '-t', '3', task['container']],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return
        self._signal(task, signal.SIGTERM)
        grace = self._agent.flags.seconds('executor_shutdown_grace_period')
        timer = threading.Timer(grace, self._signal, (task, signal.SIGKILL))
        timer.daemon = True
        timer.start()

    def _signal(self, task, number):
        if task['ended']:
            return
        try:
            os.killpg(task['pid'], number)
        except OSError:
            pass

    def _state(self, task, state):
        with self._lock:
            task['state'] = state
            task['ended'] = state in _ENDED
            task['statuses'] = [*task.get('statuses', []), {'state': state, 'timestamp': time.time()}]
            with open(self._file() + '.new', 'w') as file:
                json.dump(self._tasks, file)
            os.rename(self._file() + '.new', self._file())
        self._agent.registration.tell('status', {'agent_id': self._agent.id, 'task_id': task['id'], 'state': state,
                                                 'ended': task['ended']})


def _alive(pid):
    try:
        with open('/proc/%d/stat' % pid) as file:
            return file.read().rpartition(')')[2].split()[0] != 'Z'
    except OSError:
        return False
