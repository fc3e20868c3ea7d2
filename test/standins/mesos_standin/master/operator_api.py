"""POST /api/v1 on the leading master. Recorded: the checks in their order, their sentences, the documents."""
import json

from .. import BUILD_DATE, BUILD_TIME, VERSION
from ..http import document, text
from ..resources import with_role
from . import views


def answer(master, request):
    if request.method != 'POST':
        message = "405 Method Not Allowed. Expecting one of { 'POST' }, but received '%s'." % request.method
        return text(405, message, [('Allow', 'POST')])
    if not master.recovered:
        return text(503, 'Master has not finished recovery')
    kind = request.headers.get('Content-Type')
    if kind is None:
        return text(400, "Expecting 'Content-Type' to be present")
    if not kind.startswith(('application/json', 'application/x-protobuf')):
        return text(415, "Expecting 'Content-Type' of application/json or application/x-protobuf")
    try:
        call = json.loads(request.body.decode())
    except ValueError as error:
        rest = request.body.decode(errors='replace')[error.pos:]
        return text(400, 'Failed to parse body into JSON: syntax error at line 1 near: %s' % rest)
    build = _CALLS.get(call.get('type'))
    if build is None:
        return text(400, "Failed to validate master::Call: Expecting 'type' to be present")
    with master.cluster.lock:
        return document({'type': call['type'], **build(master)}, type_first=True)


def _agents(master):
    agents = []
    for agent in master.cluster.agents.values():
        info = {key: agent['info'][key] for key in ('hostname', 'port', 'resources', 'attributes', 'id')}
        agents.append({
            'agent_info': {**info, 'checkpoint': True}, 'active': agent['active'], 'deactivated': False,
            'version': agent['version'], 'pid': agent['pid'],
            'registered_time': {'nanoseconds': int(agent['registered_time'] * 1e9)},
            'total_resources': with_role(agent['info']['resources']),
            'capabilities': [{'type': name} for name in views.AGENT_CAPABILITIES],
        })
    return {'agents': agents, 'recovered_agents': list(master.cluster.recovered_agents.values())}


def _tasks(master):
    tasks = [{'name': task['name'], 'task_id': {'value': task['id']}, 'framework_id': {'value': task['framework_id']},
              'agent_id': {'value': task['slave_id']}, 'state': task['state'], 'ended': bool(task.get('ended'))}
             for task in master.cluster.tasks()]
    live = [{key: task[key] for key in task if key != 'ended'} for task in tasks if not task['ended']]
    done = [{key: task[key] for key in task if key != 'ended'} for task in tasks if task['ended']]
    return {'tasks': live, 'unreachable_tasks': [], 'completed_tasks': done}


def _frameworks(master):
    return {'frameworks': [{'framework_info': {'id': {'value': item['id']}, 'name': item['name'], 'user': item['user'],
                                               'hostname': item['hostname']},
                            'active': item['active'], 'connected': item['connected'], 'recovered': False}
                           for item in master.cluster.frameworks.values()], 'completed_frameworks': []}


def _master(master):
    keys = ('id', 'ip', 'port', 'pid', 'hostname', 'version', 'address', 'capabilities')
    return {'get_master': {'master_info': {key: master.info[key] for key in keys}, 'start_time': master.start_time,
                           'elected_time': master.elected_time}}


_CALLS = {
    'GET_HEALTH': lambda master: {'get_health': {'healthy': True}},
    'GET_VERSION': lambda master: {'get_version': {'version_info': {
        'version': VERSION, 'build_date': BUILD_DATE, 'build_time': BUILD_TIME, 'build_user': ''}}},
    'GET_FLAGS': lambda master: {'get_flags': {'flags': [
        {'name': name, 'value': value} for name, value in sorted(master.flags.values.items())]}},
    'GET_MASTER': _master,
    'GET_AGENTS': lambda master: {'get_agents': _agents(master)},
    'GET_TASKS': lambda master: {'get_tasks': _tasks(master)},
    'GET_FRAMEWORKS': lambda master: {'get_frameworks': _frameworks(master)},
    'GET_STATE': lambda master: {'get_state': {'get_tasks': _tasks(master), 'get_executors': {'executors': []},
                                               'get_frameworks': _frameworks(master), 'get_agents': _agents(master)}},
    'GET_MAINTENANCE_STATUS': lambda master: {'get_maintenance_status': {'status': {}}},
    'GET_MAINTENANCE_SCHEDULE': lambda master: {'get_maintenance_schedule': {'schedule': {}}},
}
