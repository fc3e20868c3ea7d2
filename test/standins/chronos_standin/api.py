"""Chronos's HTTP API, as much of it as installers and their verifiers use."""
import json
from urllib.parse import unquote

from mesos_standin.framework import proxy
from mesos_standin.http import Response, document, empty, not_found, text
from .scheduler import parse_schedule


class Api:
    def __init__(self, chronos):
        self._chronos = chronos

    def answer(self, request):
        if request.path == '/ping':
            return Response(200, 'pong', [('Content-Type', 'text/plain'), ('Content-Length', None)])
        election = getattr(self._chronos, 'election', None)
        leader = election.leader if election else None
        if request.path == '/leader':
            return document({'leader': leader or ''})
        if request.path in ('/', '/metrics'):
            return document({}) if request.path == '/metrics' else text(200, 'Chronos (stand-in)')
        if not request.path.startswith('/v1/'):
            return not_found()
        if not (election and election.elected and self._chronos.scheduler):
            if leader == self._chronos.address:
                return text(503, 'Leadership is being taken up')
            return proxy(request, leader, 'X-Chronos-Leader')
        return self._lead(request, self._chronos.scheduler)

    def _lead(self, request, scheduler):
        path = request.path
        if path == '/v1/scheduler/jobs' and request.method == 'GET':
            return document(list(scheduler.jobs.values()))
        if path == '/v1/scheduler/iso8601' and request.method in ('POST', 'PUT'):
            return self._put(request, scheduler)
        if path.startswith('/v1/scheduler/job/'):
            name = unquote(path[len('/v1/scheduler/job/'):])
            if name not in scheduler.jobs:
                return text(400, 'Unknown job %s' % name)
            if request.method == 'DELETE':
                scheduler.delete(name)
                return empty(204)
            if request.method == 'PUT':
                scheduler.start(name)
                return empty(204)
        return not_found()

    def _put(self, request, scheduler):
        try:
            job = json.loads(request.body.decode())
        except ValueError:
            return text(400, 'Invalid JSON')
        if not job.get('name') or 'command' not in job:
            return text(400, "the job's name is invalid. Allowed names: '([\\w\\.-]+)'")
        if parse_schedule(job.get('schedule', '')) is None:
            return text(400, 'the job\'s schedule is invalid')
        scheduler.put(job)
        return empty(204)
