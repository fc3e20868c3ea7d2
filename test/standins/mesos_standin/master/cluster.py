"""What a leading master knows: agents and frameworks, their links, and the part of it the registry keeps."""
import copy
import threading
import time

from .. import client, log
from ..resources import scalar


class Cluster:
    def __init__(self, master):
        self._master = master
        self.lock = threading.RLock()
        self.agents = {}
        self.recovered_agents = {}
        self.unreachable = {}
        self.frameworks = {}
        self.registrations = 0
        self.reregistrations = 0
        self._numbers = {'agent': 0, 'framework': 0}

    # The registry

    def recover(self, registry):
        """Takes over the agents of the registry; they have agent_reregister_timeout to come back."""
        with self.lock:
            for entry in registry.get('slaves', {}).get('slaves', []):
                self.recovered_agents[entry['info']['id']['value']] = entry['info']
            for entry in registry.get('unreachable', {}).get('slaves', []):
                self.unreachable[entry['id']['value']] = entry
        self.store()
        threading.Thread(target=self._give_up_recovered, daemon=True).start()
        return len(self.recovered_agents)

    def _give_up_recovered(self):
        time.sleep(self._master.flags.seconds('agent_reregister_timeout'))
        for agent_id in list(self.recovered_agents):
            self._mark_unreachable(agent_id, self.recovered_agents.pop(agent_id), 'did not reregister')

    def registry(self):
        if not self._master.recovered and not self._master.elected:
            return {}
        infos = [agent['info'] for agent in self.agents.values()] + list(self.recovered_agents.values())
        out = {'master': {'info': self._master.info}}
        out['slaves'] = {'slaves': [{'deactivated': False, 'info': info} for info in infos]}
        if self.unreachable:
            out['unreachable'] = {'slaves': list(self.unreachable.values())}
        return out

    def store(self):
        with self.lock:
            registry = copy.deepcopy(self.registry())
        if not self._master.replica.store(registry, self._master.flags.seconds('registry_store_timeout')):
            log.abort('master.cpp:6483', 'Failed to update the registry: Failed to perform store within %s'
                      % self._master.flags.get('registry_store_timeout'))

    # Agents

    def register(self, message):
        """An agent asks in; {'id':..} or {'shutdown': reason}."""
        pid, info = message['pid'], message['info']
        agent_id = message.get('id')
        with self.lock:
            known = self.agents.get(agent_id) or ({'info': self.recovered_agents[agent_id], 'pid': None}
                                                  if agent_id in self.recovered_agents else None)
            if known and known['pid'] and (known['pid'].split(':')[0] != pid.split(':')[0]
                                           or known['info']['hostname'] != info['hostname']):
                return {'shutdown': 'Agent attempted to reregister with different IP / hostname'}
            verb = 'Reregistering' if agent_id else 'Registering'
            if not agent_id:
                # An agent without an id that comes from a known address was there before and lost its work_dir.
                for other_id, other in list(self.agents.items()):
                    if other['pid'] == pid:
                        del self.agents[other_id]
                agent_id = '%s-S%d' % (self._master.id, self._next('agent'))
            info = {**info, 'id': {'value': agent_id}}
            log.info('master.cpp:6443', '%s agent at %s (%s) with id %s' % (verb, pid, info['hostname'], agent_id))
            self.recovered_agents.pop(agent_id, None)
            self.unreachable.pop(agent_id, None)
            before = self.agents.get(agent_id)
            self.agents[agent_id] = {
                'id': agent_id, 'info': info, 'pid': pid, 'version': message['version'], 'active': True, 'connected': True,
                'registered_time': before['registered_time'] if before else time.time(),
                'tasks': {task['id']: task for task in message.get('tasks', [])},
                # Counted on: the late end of an earlier link must not pass for that of the one to come.
                'link': before['link'] if before else 0,
            }
            new = not message.get('id')
            self.registrations += new
            self.reregistrations += not new
        self.store()
        log.info('master.cpp:6536', 'Registered agent %s at %s (%s)' % (agent_id, pid, info['hostname']))
        return {'id': agent_id}

    def linked(self, agent_id):
        """Numbers the link an agent has just opened; only the newest one's end counts."""
        with self.lock:
            agent = self.agents.get(agent_id)
            if agent is None:
                return None
            agent['link'] += 1
            return agent['link']

    def unlinked(self, agent_id, number):
        with self.lock:
            agent = self.agents.get(agent_id)
            if agent is None or agent['link'] != number:
                return
            log.info('master.cpp:1301', 'Agent %s at %s (%s) disconnected' % (agent_id, agent['pid'], agent['info']['hostname']))
            agent['connected'] = agent['active'] = False
        flags = self._master.flags
        patience = flags.seconds('agent_ping_timeout') * flags.number('max_agent_ping_timeouts')
        timer = threading.Timer(patience, self._silent, (agent_id, number))
        timer.daemon = True
        timer.start()

    def _silent(self, agent_id, number):
        with self.lock:
            agent = self.agents.get(agent_id)
            if agent is None or agent['link'] != number or agent['connected']:
                return
            del self.agents[agent_id]
            for task in agent['tasks'].values():
                task['state'] = 'TASK_UNREACHABLE'
        self._mark_unreachable(agent_id, agent['info'], 'health check timed out')

    def _mark_unreachable(self, agent_id, info, reason):
        log.info('master.cpp:8671', 'Marking agent %s (%s) unreachable: %s' % (agent_id, info['hostname'], reason))
        with self.lock:
            self.unreachable[agent_id] = {'id': {'value': agent_id}, 'timestamp': {'nanoseconds': int(time.time() * 1e9)}}
        self.store()

    # Frameworks and tasks

    def subscribe(self, message):
        with self.lock:
            framework_id = message.get('id') or '%s-%04d' % (self._master.id, self._next('framework'))
            before = self.frameworks.get(framework_id, {})
            self.frameworks[framework_id] = {
                'id': framework_id, 'name': message['name'], 'hostname': message.get('hostname', ''),
                'webui_url': message.get('webui_url', ''), 'user': message.get('user', 'root'),
                'failover_timeout': float(message.get('failover_timeout', 0)), 'active': True, 'connected': True,
                'registered_time': before.get('registered_time', time.time()), 'link': before.get('link', 0) + 1,
            }
            log.info('master.cpp:3012', "Subscribed framework %s (%s)" % (framework_id, message['name']))
            return {'id': framework_id, 'link': self.frameworks[framework_id]['link']}

    def framework_gone(self, framework_id, number):
        with self.lock:
            framework = self.frameworks.get(framework_id)
            if framework is None or framework['link'] != number:
                return
            log.info('master.cpp:1347', "Framework %s (%s) disconnected" % (framework_id, framework['name']))
            framework['connected'] = framework['active'] = False

    def tasks(self, framework_id=None):
        with self.lock:
            return [dict(task) for agent in self.agents.values() for task in agent['tasks'].values()
                    if framework_id in (None, task['framework_id'])]

    def launch(self, agent_id, task):
        """Passes a task on to its agent; an error text when that is impossible."""
        with self.lock:
            agent = self.agents.get(agent_id)
            if agent is None or not agent['active']:
                return 'Agent %s is not active' % agent_id
            running = [other for other in agent['tasks'].values() if not other.get('ended')]
            for name in ('cpus', 'mem'):
                used = sum(float(other['resources'].get(name, 0)) for other in running)
                if used + float(task['resources'].get(name, 0)) > scalar(agent['info']['resources'], name) + 1e-6:
                    return 'Task uses more %s than available' % name
            task = {**task, 'slave_id': agent_id, 'state': 'TASK_STAGING', 'statuses': []}
            agent['tasks'][task['id']] = task
            pid = agent['pid']
        return _tell(pid, 'launch', task)

    def kill(self, task_id):
        with self.lock:
            holders = [agent['pid'] for agent in self.agents.values() if task_id in agent['tasks']]
        for pid in holders:
            _tell(pid, 'kill', {'id': task_id})

    def status(self, message):
        with self.lock:
            agent = self.agents.get(message['agent_id'])
            task = agent and agent['tasks'].get(message['task_id'])
            if task:
                task.update(state=message['state'], ended=message['ended'])
                task['statuses'].append({'state': message['state'], 'timestamp': time.time()})

    def _next(self, kind):
        number = self._numbers[kind]
        self._numbers[kind] += 1
        return number


def _tell(pid, what, value):
    try:
        status, _ = client.call(pid.split('@')[1], 'POST', '/standin/' + what, value)
        return None if status == 200 else 'The agent answered %d' % status
    except OSError as error:
        return str(error)
