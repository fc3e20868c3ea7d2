"""Log lines and ends of a process, in the form of Google's logging library as Mesos uses it."""
import os
import resource
import sys
import threading
import time

_lock = threading.Lock()
_file = None
_quiet = False


def setup(log_dir, program, quiet):
    """Opens the log file Mesos would open; answers with the error text when the folder cannot be made."""
    global _file, _quiet
    _quiet = quiet
    if not log_dir:
        return None
    try:
        os.makedirs(log_dir, exist_ok=True)
        _file = open(os.path.join(log_dir, program + '.INFO'), 'a', buffering=1)
    except OSError as error:
        return 'Failed to create directory %s: %s' % (log_dir, error.strerror)
    return None


def _write(severity, source, message):
    now = time.time()
    stamp = time.strftime('%m%d %H:%M:%S', time.localtime(now))
    line = '%s%s.%06d %5d %s] %s\n' % (severity, stamp, int(now % 1 * 1e6), os.getpid(), source, message)
    with _lock:
        if not _quiet:
            sys.stderr.write(line)
            sys.stderr.flush()
        if _file:
            _file.write(line)


def info(source, message):
    _write('I', source, message)


def warning(source, message):
    _write('W', source, message)


def error(source, message):
    _write('E', source, message)


def exit_with(status, source, message):
    """EXIT(status): one error line, then the end, whatever threads are doing."""
    _write('E', source, 'EXIT with status %d: %s' % (status, message))
    os._exit(status)


def abort(source, message):
    """LOG(FATAL): ends by SIGABRT; no core file is left behind."""
    _write('F', source, message)
    sys.stderr.write('*** Check failure stack trace: ***\n')
    sys.stderr.flush()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.abort()
