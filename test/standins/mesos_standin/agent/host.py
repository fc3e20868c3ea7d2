"""What the host offers: cgroups, systemd, docker, resources; and the refusals that follow from it.

The file BUILD beside the package says which Mesos this stands for: `apache` knows cgroup v1 only, `cgroup2` also v2.
"""
import os
import subprocess

from .. import log
from ..resources import parse_resources

_ISOLATORS = {'posix/cpu', 'posix/mem', 'posix/disk', 'posix/rlimits', 'filesystem/posix', 'filesystem/linux',
              'filesystem/shared', 'disk/du', 'disk/xfs', 'docker/runtime', 'docker/volume', 'environment_secret',
              'gpu/nvidia', 'linux/capabilities', 'linux/devices', 'linux/nnp', 'linux/seccomp', 'namespaces/ipc',
              'namespaces/pid', 'network/cni', 'network/ports', 'volume/host_path', 'volume/image', 'volume/sandbox_path',
              'volume/secret', 'volume/csi', 'appc/runtime', 'xfs/disk'}


def build():
    with open(os.path.join(os.path.dirname(__file__), '..', '..', 'BUILD')) as file:
        return file.read().strip()


def cgroup_layout():
    """v1, v2, hybrid or none, from the mounts this process sees."""
    kinds = {}
    with open('/proc/self/mounts') as mounts:
        for line in mounts:
            _, place, kind = line.split(' ')[:3]
            kinds[place] = kind
    if kinds.get('/sys/fs/cgroup') == 'cgroup2':
        return 'v2'
    if kinds.get('/sys/fs/cgroup/unified') == 'cgroup2':
        return 'hybrid'
    return 'v1' if 'cgroup' in kinds.values() else 'none'


def check_systemd(flags):
    """Default --systemd_enable_support on a host whose init is systemd wants systemd's own cgroup v1 hierarchy."""
    if not flags.on('systemd_enable_support') or 'systemd' not in os.path.realpath('/sbin/init'):
        return
    log.info('main.cpp:668', 'Initializing systemd state')
    folder = flags.get('systemd_runtime_directory')
    reason = None
    if not os.path.isdir(folder):
        reason = 'Failed to locate systemd runtime directory: %s' % folder
    elif not os.path.isdir(os.path.join(flags.get('cgroups_hierarchy'), 'systemd')):
        reason = 'Failed to locate systemd cgroups hierarchy'
    if reason:
        log.exit_with(1, 'main.cpp:677', 'Failed to initialize systemd: %s' % reason)


def check_containerizers(flags):
    for name in flags.get('containerizers').split(','):
        problem = {'mesos': _mesos, 'docker': _docker}.get(name, lambda _: 'Unknown or unsupported containerizer: %s' % name)(flags)
        if problem:
            log.exit_with(1, 'main.cpp:790', 'Failed to create a containerizer: %s' % problem)


def _mesos(flags):
    def failed(reason):
        return 'Could not create MesosContainerizer: %s' % reason

    for isolator in flags.get('isolation').split(','):
        if isolator not in _ISOLATORS and not isolator.startswith('cgroups/'):
            return failed("Unknown or unsupported isolator '%s'" % isolator)
    if cgroup_layout() == 'v1' or (cgroup_layout() == 'v2' and build() == 'cgroup2'):
        return None
    mounting = "Failed to mount cgroups hierarchy at '/sys/fs/cgroup/%s': '%s' is already attached to another hierarchy"
    if flags.get('launcher') == 'linux':
        return failed('Failed to create launcher: Failed to create Linux launcher: ' + mounting % ('freezer', 'freezer'))
    for isolator in flags.get('isolation').split(','):
        if isolator.startswith('cgroups/'):
            name = isolator.split('/')[1]
            return failed("Failed to create isolator '%s': %s" % (isolator, mounting % (name, name)))
    return None


def docker_command(flags):
    return [flags.get('docker'), '-H', 'unix://' + flags.get('docker_socket')]


def _docker(flags):
    def failed(reason):
        return 'Could not create DockerContainerizer: Failed to create docker: %s' % reason

    if cgroup_layout() != 'v1' and not (cgroup_layout() == 'v2' and build() == 'cgroup2'):
        return failed("Failed to find a mounted cgroups hierarchy for the 'cpu' subsystem")
    command = docker_command(flags) + ['--version']
    try:
        status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    except OSError:
        status = 127
    if status:
        return failed("Failed to get docker version: Failed to execute '%s': exited with status %d" % (' '.join(command), status))
    return None


def resources(flags):
    """The flag's resources, completed by what is detected; ValueError with Mesos's sentence."""
    given = parse_resources(flags.get('resources'))
    names = {resource['name'] for resource in given}
    memory = os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 2**20
    os.makedirs(flags.get('work_dir'), exist_ok=True)
    disk = os.statvfs(flags.get('work_dir'))
    space = disk.f_blocks * disk.f_frsize // 2**20
    detected = {
        'cpus': float(os.cpu_count()),
        'mem': float(memory - 1024 if memory >= 2048 else memory // 2),
        'disk': float(space - 5120 if space >= 10240 else space // 2),
    }
    for name, value in detected.items():
        if name not in names:
            given.append({'name': name, 'type': 'SCALAR', 'scalar': {'value': value}})
    if 'ports' not in names:
        given.append({'name': 'ports', 'type': 'RANGES', 'ranges': {'range': [{'begin': 31000, 'end': 32000}]}})
    order = ['cpus', 'mem', 'disk', 'ports']
    return sorted(given, key=lambda resource: order.index(resource['name']) if resource['name'] in order else len(order))
