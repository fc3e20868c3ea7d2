"""An agent's memory in work_dir/meta: who it was, and whether it may still be that after a restart."""
import json
import os
import subprocess

from .. import log
from .host import docker_command

_REMEDY = """If recovery failed due to a change in configuration and you want to
keep the current agent id, you might want to change the
`--reconfiguration_policy` flag to a more permissive value.

To restart this agent with a new agent id instead, do as follows:
rm -f %s/meta/slaves/latest
This ensures that the agent does not recover old live executors.

If you use the Docker containerizer and think that the Docker
daemon state is broken, you can try to clear it. But be careful:
these commands will erase all containers and images from this host,
not just those started by Mesos!
docker kill $(docker ps -q)
docker rm $(docker ps -a -q)
docker rmi $(docker images -q)

Finally, restart the agent."""


class Recovery:
    def __init__(self, flags, info):
        self._work_dir = flags.get('work_dir')
        self._meta = os.path.join(self._work_dir, 'meta')
        self._info = info
        self._policy = flags.get('reconfiguration_policy')

    def recover(self, flags):
        """The agent id to go on with, '' for none; ends the process when the configuration does not fit the past."""
        log.info('state.cpp:68', "Recovering state from '%s'" % self._meta)
        os.makedirs(os.path.join(self._meta, 'slaves'), exist_ok=True)
        os.makedirs(os.path.join(self._work_dir, 'provisioner'), exist_ok=True)
        rebooted = self._boot_id_changed()
        latest = os.path.join(self._meta, 'slaves', 'latest')
        agent_id = ''
        log.info('slave.cpp:7753', "Finished recovering checkpointed state from '%s', beginning agent recovery" % self._meta)
        if os.path.exists(os.path.join(latest, 'slave.info')):
            with open(os.path.join(latest, 'slave.info')) as file:
                old = json.load(file)
            problem = self._incompatible(old)
            if problem and rebooted:
                log.warning('slave.cpp:7972', 'Falling back to recover as a new agent due to error: %s' % problem)
            elif problem:
                self._give_up(problem)
            else:
                agent_id = old['id']['value']
        self._ask_docker(flags)
        log.info('slave.cpp:8235', 'Recovering executors')
        return agent_id

    def _give_up(self, problem):
        message = 'Failed to perform recovery: %s\n%s' % (problem, _REMEDY % self._work_dir)
        log.exit_with(1, 'slave.cpp:8366', message)

    def _boot_id_changed(self):
        """Remembers this boot; true when the last start was in another one."""
        with open('/proc/sys/kernel/random/boot_id') as file:
            now = file.read().strip()
        place = os.path.join(self._meta, 'boot_id')
        before = open(place).read().strip() if os.path.exists(place) else now
        with open(place, 'w') as file:
            file.write(now)
        return before != now

    def _ask_docker(self, flags):
        if 'docker' not in flags.get('containerizers').split(','):
            return
        log.info('docker.cpp:892', 'Recovering Docker containers')
        command = docker_command(flags) + ['ps', '-a']
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            self._give_up("Collect failed: Failed to run '%s': exited with status %d; stderr='%s'"
                          % (' '.join(command), done.returncode, done.stderr))

    def remember(self, agent_id):
        """After registration: slave.info and the link to the latest agent."""
        folder = os.path.join(self._meta, 'slaves', agent_id)
        os.makedirs(os.path.join(folder, 'resource_provider_registry'), exist_ok=True)
        with open(os.path.join(folder, 'slave.info.new'), 'w') as file:
            json.dump({**self._info, 'id': {'value': agent_id}, 'checkpoint': True}, file)
        os.rename(os.path.join(folder, 'slave.info.new'), os.path.join(folder, 'slave.info'))
        link = os.path.join(self._meta, 'slaves', 'latest')
        if os.path.islink(link):
            os.unlink(link)
        os.symlink(folder, link)

    def _incompatible(self, old):
        new = self._info
        if self._policy == 'additive':
            return _not_additive(old, new)
        if all(old[key] == new[key] for key in ('hostname', 'port', 'resources', 'attributes')):
            return None
        line = '-' * 60
        return ('Incompatible agent info detected. \n\n%s\nOld agent info:\n%s\n\n%s\nNew agent info:\n%s\n\n%s'
                % (line, _proto({**old, 'checkpoint': True}), line, _proto({**new, 'id': old['id'], 'checkpoint': True}), line))


def _not_additive(old, new):
    refusal = 'Configuration change not permitted under %s policy: %s'
    if old['hostname'] != new['hostname']:
        return refusal % ('`additive`', 'Hostname changed from %s to %s' % (old['hostname'], new['hostname']))
    if old['port'] != new['port']:
        return refusal % ('`additive`', 'Port changed from %d to %d' % (old['port'], new['port']))
    attributes = {item['name']: item for item in new['attributes']}
    for item in old['attributes']:
        text = item.get('text', item.get('scalar', {})).get('value')
        other = attributes.get(item['name'])
        if other is None:
            return refusal % ("'additive'", "Couldn't find attribute %s=%s" % (item['name'], text))
        if other != item:
            now = other.get('text', other.get('scalar', {})).get('value')
            return refusal % ("'additive'", "Value of %s attribute '%s' changed from %s to %s"
                              % (item['type'].lower(), item['name'], text, now))
    resources = {item['name']: item for item in new['resources']}
    for item in old['resources']:
        other = resources.get(item['name'])
        if other is None:
            return refusal % ("'additive'", "Couldn't find resource %s" % item['name'])
        if 'scalar' in item and other['scalar']['value'] < item['scalar']['value']:
            return refusal % ("'additive'", "Value of scalar resource '%s' decreased from %g to %g"
                              % (item['name'], item['scalar']['value'], other['scalar']['value']))
        if 'ranges' in item and not _covers(other, item):
            return refusal % ("'additive'", "Value of ranges resource '%s' decreased" % item['name'])
    return None


def _covers(new, old):
    ranges = new['ranges']['range']
    return all(any(wide['begin'] <= part['begin'] and part['end'] <= wide['end'] for wide in ranges)
               for part in old['ranges']['range'])


def _proto(info):
    """Protobuf's text form of a SlaveInfo."""
    lines = ['hostname: "%s"' % info['hostname']]
    for kind in ('resources', 'attributes'):
        for item in info[kind]:
            lines += ['%s {' % kind, '  name: "%s"' % item['name'], '  type: %s' % item['type']]
            if 'text' in item:
                lines += ['  text {', '    value: "%s"' % item['text']['value'], '  }']
            elif 'scalar' in item:
                lines += ['  scalar {', '    value: %g' % item['scalar']['value'], '  }']
            else:
                lines.append('  ranges {')
                for part in item['ranges']['range']:
                    lines += ['    range {', '      begin: %d' % part['begin'], '      end: %d' % part['end'], '    }']
                lines.append('  }')
            lines.append('}')
    lines += ['id {', '  value: "%s"' % info['id']['value'], '}', 'checkpoint: true', 'port: %d' % info['port'], '']
    return '\n'.join(lines)
