"""/metrics/snapshot: every key as recorded; those a verifier looks at are live, the rest stay zero."""
import json
import os
import time

from ..resources import scalar


def _template():
    with open(os.path.join(os.path.dirname(__file__), '..', 'data', 'metrics.json')) as file:
        return json.load(file)


_TEMPLATE = _template()


def system():
    one, five, fifteen = os.getloadavg()
    pages = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
    free = os.sysconf('SC_AVPHYS_PAGES') * os.sysconf('SC_PAGE_SIZE')
    return {'system/cpus_total': float(os.cpu_count()), 'system/load_1min': one, 'system/load_5min': five,
            'system/load_15min': fifteen, 'system/mem_total_bytes': float(pages), 'system/mem_free_bytes': float(free)}


def snapshot(master):
    cluster = master.cluster
    out = dict(_TEMPLATE['follower'])
    if master.recovered:
        out.update(_TEMPLATE['leader_only'])
        out['registrar/registry_size_bytes'] = float(len(json.dumps(cluster.registry())))
    with cluster.lock:
        agents = list(cluster.agents.values())
        frameworks = list(cluster.frameworks.values())
        tasks = [task for agent in agents for task in agent['tasks'].values()]
        for state in ('staging', 'starting', 'running', 'finished', 'failed', 'killed', 'lost', 'error'):
            out['master/tasks_' + state] = float(sum(task['state'] == 'TASK_' + state.upper() for task in tasks))
        live = [task for task in tasks if not task.get('ended')]
        for name in ('cpus', 'mem', 'disk'):
            total = sum(scalar(agent['info']['resources'], name) for agent in agents if agent['active'])
            used = sum(float(task['resources'].get(name, 0)) for task in live)
            out['master/%s_total' % name] = float(total)
            out['master/%s_used' % name] = float(used)
            out['master/%s_percent' % name] = used / total if total else 0.0
        out.update({
            'master/elected': float(master.elected),
            'master/uptime_secs': time.time() - master.start_time,
            'master/slaves_active': float(sum(agent['active'] for agent in agents)),
            'master/slaves_inactive': float(sum(not agent['active'] for agent in agents)),
            'master/slaves_connected': float(sum(agent['connected'] for agent in agents)),
            'master/slaves_disconnected': float(sum(not agent['connected'] for agent in agents)),
            'master/slaves_unreachable': float(len(cluster.unreachable)),
            'master/slave_registrations': float(cluster.registrations),
            'master/slave_reregistrations': float(cluster.reregistrations),
            'master/frameworks_active': float(sum(framework['active'] for framework in frameworks)),
            'master/frameworks_connected': float(sum(framework['connected'] for framework in frameworks)),
            'master/frameworks_inactive': float(sum(not framework['active'] for framework in frameworks)),
            'master/frameworks_disconnected': float(sum(not framework['connected'] for framework in frameworks)),
            'registrar/log/ensemble_size': float(master.replica.ensemble),
        })
    return {**out, **system()}
