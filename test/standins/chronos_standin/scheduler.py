"""The leader's work: jobs kept in ZooKeeper, run when their ISO 8601 schedule says so or when asked to."""
import calendar
import json
import re
import threading
import time

from kazoo.exceptions import KazooException, NodeExistsError, NoNodeError

from mesos_standin.framework import Framework, say

_UNITS = {'D': 86400, 'H': 3600, 'M': 60, 'S': 1}


class Scheduler:
    def __init__(self, chronos):
        flags = chronos.flags
        self._client = chronos.election.group.client
        self._path = chronos.state.path
        self._lock = threading.RLock()
        self.jobs = self._read('jobs', {})
        self._asked = []
        self._running = {}
        self._seen = set()
        self.framework = Framework(
            chronos.master,
            {'name': flags['mesos_framework_name'], 'hostname': chronos.hostname, 'user': flags['user'],
             'webui_url': flags['webui_url'] or 'http://' + chronos.address, 'failover_timeout': int(flags['failover_timeout']),
             'libprocess': chronos.libprocess.address, 'credential': chronos.credential},
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
            self._client.create(path, content, makepath=True)
        except NodeExistsError:
            self._client.set(path, content)

    def put(self, job):
        with self._lock:
            defaults = {'cpus': 0.1, 'mem': 128.0, 'disk': 256.0, 'retries': 2, 'disabled': False, 'successCount': 0,
                        'errorCount': 0, 'lastSuccess': '', 'lastError': '', 'async': False, 'owner': '', 'epsilon': 'PT60S'}
            self.jobs[job['name']] = {**defaults, **job}
            self._write('jobs', self.jobs)

    def delete(self, name):
        with self._lock:
            del self.jobs[name]
            self._write('jobs', self.jobs)
            for task_id, job in self._running.items():
                if job == name:
                    self.framework.ask('kill', {'id': task_id})

    def start(self, name):
        with self._lock:
            self._asked.append(name)

    def run(self):
        while True:
            try:
                if self.framework.keep_registered():
                    self._tick()
            except (KazooException, OSError) as error:
                say('Scheduling failed: %r' % error)
            time.sleep(0.3)

    def _tick(self):
        status, offers = self.framework.ask('offers', {'framework_id': self.framework.id})
        if status != 200:
            return
        with self._lock:
            for task in offers['tasks']:
                name = self._running.get(task['id'])
                if name and task.get('ended'):
                    del self._running[task['id']]
                    self._ended(name, task['state'] == 'TASK_FINISHED')
            asked, self._asked = self._asked, []
            for name in asked + self._due():
                if name in self.jobs and not self._launch(self.jobs[name], offers['slaves']):
                    self._asked.append(name)

    def _ended(self, name, good):
        job = self.jobs.get(name)
        if job is None:
            return
        stamp = time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime())
        job['successCount' if good else 'errorCount'] += 1
        job['lastSuccess' if good else 'lastError'] = stamp
        self._write('jobs', self.jobs)

    def _due(self):
        """Names of the jobs whose time has come; their schedules are moved on."""
        due = []
        for job in self.jobs.values():
            schedule = parse_schedule(job.get('schedule', ''))
            if schedule is None or job['disabled'] or schedule[0] == 0 or schedule[1] > time.time():
                continue
            times, start, period = schedule
            due.append(job['name'])
            begin = time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(start + period))
            job['schedule'] = 'R%s/%s/%s' % ('' if times is None else times - 1, begin, job['schedule'].split('/')[2])
        if due:
            self._write('jobs', self.jobs)
        return due

    def _launch(self, job, slaves):
        slave = next((slave for slave in slaves if all(
            slave['resources'][name] - slave['used_resources'][name] + 1e-6 >= float(job[name]) for name in ('cpus', 'mem'))), None)
        if slave is None:
            return False
        task_id = 'ct:%d:0:%s:' % (time.time() * 1000, job['name'])
        while task_id in self._seen:
            task_id += '_'
        self._seen.add(task_id)
        task = {'id': task_id, 'name': 'ChronosTask:' + job['name'], 'framework_id': self.framework.id, 'command': job['command'],
                'env': {}, 'docker': job.get('container') and {'image': job['container']['image']},
                'resources': {'cpus': float(job['cpus']), 'mem': float(job['mem']), 'disk': float(job['disk'])}}
        status, _ = self.framework.ask('launch', {'agent_id': slave['id'], 'task': task})
        if status == 200:
            self._running[task_id] = job['name']
        return status == 200


def parse_schedule(text):
    """R5/2026-11-23T00:00:00.000Z/PT24H -> (times left or None for ever, start as seconds, period in seconds); None if wrong."""
    match = re.match(r'^R(\d*)/([^/]*)/P(?:(\d+)D)?(?:T((?:\d+[HMS])+))?$', text)
    if not match:
        return None
    times, start, days, rest = match.groups()
    period = int(days or 0) * 86400 + sum(int(number) * _UNITS[unit] for number, unit in re.findall(r'(\d+)([HMS])', rest or ''))
    try:
        begin = calendar.timegm(time.strptime(re.sub(r'\.\d+', '', start), '%Y-%m-%dT%H:%M:%SZ')) if start else time.time()
    except ValueError:
        return None
    return (int(times) if times else None), begin, period
