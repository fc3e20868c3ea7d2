"""The leader's documents: /state, /slaves, /frameworks and their kin, key for key as recorded."""
from .. import BUILD_DATE, BUILD_TIME, VERSION
from ..http import document
from ..resources import add, none, short, short_attributes, with_role

AGENT_CAPABILITIES = ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT', 'RESOURCE_PROVIDER', 'RESIZE_VOLUME',
                      'AGENT_OPERATION_FEEDBACK', 'AGENT_DRAINING', 'TASK_RESOURCE_LIMITS']
_STATES = ('STAGING', 'STARTING', 'RUNNING', 'KILLING', 'FINISHED', 'KILLED', 'FAILED', 'LOST', 'ERROR', 'UNREACHABLE')


def answer(master, path, request):
    with master.cluster.lock:
        return document(_VIEWS[path](master, request))


def _slave(agent):
    resources = agent['info']['resources']
    used = none()
    for task in agent['tasks'].values():
        if not task.get('ended'):
            add(used, task['resources'])
    return {
        'id': agent['id'], 'hostname': agent['info']['hostname'], 'port': agent['info']['port'],
        'attributes': short_attributes(agent['info']['attributes']), 'pid': agent['pid'],
        'registered_time': agent['registered_time'], 'resources': short(resources), 'used_resources': used,
        'offered_resources': none(), 'reserved_resources': {}, 'unreserved_resources': short(resources),
        'active': agent['active'], 'deactivated': False, 'version': agent['version'], 'capabilities': AGENT_CAPABILITIES,
    }


def _task(task):
    return {
        'id': task['id'], 'name': task['name'], 'framework_id': task['framework_id'], 'executor_id': '',
        'slave_id': task['slave_id'], 'state': task['state'], 'resources': {**none(), **task['resources']}, 'role': '*',
        'statuses': task['statuses'],
    }


def _framework(master, framework):
    tasks = master.cluster.tasks(framework['id'])
    used = none()
    for task in tasks:
        if not task.get('ended'):
            add(used, task['resources'])
    return {
        'id': framework['id'], 'name': framework['name'], 'used_resources': used, 'offered_resources': none(),
        'capabilities': [], 'hostname': framework['hostname'], 'webui_url': framework['webui_url'],
        'active': framework['active'], 'connected': framework['connected'], 'recovered': False, 'user': framework['user'],
        'failover_timeout': framework['failover_timeout'], 'checkpoint': True,
        'registered_time': framework['registered_time'], 'unregistered_time': 0.0, 'resources': used, 'role': '*',
        'tasks': [_task(task) for task in tasks if not task.get('ended')], 'unreachable_tasks': [],
        'completed_tasks': [_task(task) for task in tasks if task.get('ended')], 'offers': [], 'executors': [],
        'offer_constraints': {},
    }


def frameworks(master):
    return [_framework(master, framework) for framework in master.cluster.frameworks.values()]


def _state(master, _request):
    flags = dict(sorted(master.flags.values.items()))
    cluster = master.cluster
    leader = {key: master.info[key] for key in ('id', 'pid', 'port', 'hostname')}
    out = {
        'version': VERSION, 'build_date': BUILD_DATE, 'build_time': BUILD_TIME, 'build_user': '',
        'start_time': master.start_time, 'elected_time': master.elected_time, 'id': master.id, 'pid': master.pid,
        'hostname': master.hostname, 'capabilities': ['AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2'],
        'activated_slaves': float(sum(agent['active'] for agent in cluster.agents.values())),
        'deactivated_slaves': float(sum(not agent['active'] for agent in cluster.agents.values())),
        'unreachable_slaves': float(len(cluster.unreachable)), 'leader': master.pid, 'leader_info': leader,
    }
    if 'cluster' in flags:
        out['cluster'] = flags['cluster']
    return {**out, 'flags': flags, 'slaves': [_slave(agent) for agent in cluster.agents.values()],
            'recovered_slaves': _recovered(master), 'frameworks': frameworks(master), 'completed_frameworks': [],
            'orphan_tasks': [], 'unregistered_frameworks': []}


def _recovered(master):
    return [{'id': agent_id, 'hostname': info['hostname'], 'port': info['port'],
             'attributes': short_attributes(info['attributes']), 'resources': short(info['resources'])}
            for agent_id, info in master.cluster.recovered_agents.items()]


def _summary(master, _request):
    slaves = []
    for agent in master.cluster.agents.values():
        counts = {'TASK_' + state: 0 for state in _STATES}
        for task in agent['tasks'].values():
            counts[task['state']] = counts.get(task['state'], 0) + 1
        ids = sorted({task['framework_id'] for task in agent['tasks'].values()})
        slaves.append({**_slave(agent), **counts, 'framework_ids': ids})
    out = {'hostname': master.hostname}
    if master.flags.get('cluster'):
        out['cluster'] = master.flags.get('cluster')
    return {**out, 'slaves': slaves, 'frameworks': [
        {key: framework[key] for key in ('id', 'name', 'used_resources', 'capabilities', 'hostname', 'webui_url', 'active',
                                         'connected', 'recovered')} for framework in frameworks(master)]}


def _slaves(master, request):
    wanted = request.query.get('slave_id')
    agents = [agent for agent in master.cluster.agents.values() if wanted in (None, agent['id'])]
    full = {'reserved_resources_full': {}}
    return {'slaves': [{**_slave(agent), **full, 'unreserved_resources_full': with_role(agent['info']['resources']),
                        'used_resources_full': [], 'offered_resources_full': []} for agent in agents],
            'recovered_slaves': _recovered(master)}


def offers(master, framework_id):
    """For the frameworks' stand-ins: the agents with what is left on them, and the framework's own tasks."""
    with master.cluster.lock:
        slaves = [_slave(agent) for agent in master.cluster.agents.values() if agent['active']]
        return {'slaves': slaves, 'tasks': master.cluster.tasks(framework_id)}


_VIEWS = {
    '/state': _state,
    '/state-summary': _summary,
    '/slaves': _slaves,
    '/frameworks': lambda master, _: {'frameworks': frameworks(master), 'completed_frameworks': [],
                                      'unregistered_frameworks': []},
    '/roles': lambda master, _: {'roles': []},
    '/tasks': lambda master, _: {'tasks': [_task(task) for task in master.cluster.tasks()]},
    '/quota': lambda master, _: {},
    '/weights': lambda master, _: [],
    '/maintenance/status': lambda master, _: {},
    '/maintenance/schedule': lambda master, _: {},
}
