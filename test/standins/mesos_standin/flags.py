"""Flags as Mesos reads them: MESOS_* environment, --name=value, --name, --no-name, values from file:///path.

The table of flags is the recorded output of --help (data/flags-*.txt).
"""
import ipaddress
import json
import os
import re
import sys

_DURATION = re.compile(r'^[0-9.]+(ns|us|ms|secs|mins|hrs|days|weeks)$')
_SECONDS = {'ns': 1e-9, 'us': 1e-6, 'ms': 1e-3, 'secs': 1, 'mins': 60, 'hrs': 3600, 'days': 86400, 'weeks': 604800}
_JSON_FLAGS = {'acls', 'rate_limits', 'firewall_rules', 'modules', 'agent_features', 'domain'}
_NUMBER_FLAGS = {'quorum', 'port', 'advertise_port'}


class FlagError(Exception):
    """A refusal while flags load; str() is Mesos's own sentence."""


class Flags:
    """Values by flag name, as text; unset flags without a default are absent."""

    def __init__(self, program):
        self.program = program
        table = os.path.join(os.path.dirname(__file__), 'data', 'flags-%s.txt' % program.split('-')[1])
        self._names = {}
        self._boolean = set()
        self.values = {}
        with open(table) as lines:
            for line in lines:
                if line.startswith('#') or '\t' not in line:
                    continue
                names, default = line.rstrip('\n').split('\t')[:2]
                self._declare([name.strip() for name in names.split(',')], default)
        # An empty default means none for a flag that must be given.
        if program == 'mesos-agent':
            self.values.pop('work_dir', None)

    def _declare(self, names, default):
        plain = [name.replace('[no-]', '') for name in names]
        if names[0].startswith('[no-]'):
            self._boolean.add(plain[0])
        for name in plain:
            self._names[name] = plain[0]
        if default != '-':
            self.values[plain[0]] = default

    def load(self, arguments, environment):
        """The command line wins over the environment; an unknown MESOS_ variable is nobody's business."""
        for variable, text in environment.items():
            name = variable[6:].lower()
            if variable.startswith('MESOS_') and name in self._names:
                self._set(self._names[name], text)
        seen = {}
        for argument in arguments:
            if argument == '--':
                break
            if not argument.startswith('--'):
                continue
            name, equals, text = argument[2:].partition('=')
            flag, text = self._resolve(name, text if equals else None)
            if flag in seen:
                raise FlagError("Flag '%s' is already loaded via name '%s'" % (name, seen[flag]))
            seen[flag] = name
            self._set(flag, text)

    def _resolve(self, name, text):
        if name in self._names:
            flag = self._names[name]
            if text is None and flag not in self._boolean:
                raise FlagError("Failed to load non-boolean flag '%s': Missing value" % name)
            return flag, 'true' if text is None else text
        if name.startswith('no-') and name[3:] in self._names:
            flag = self._names[name[3:]]
            if flag not in self._boolean:
                raise FlagError("Failed to load non-boolean flag '%s' via '%s'" % (name[3:], name))
            if text is not None:
                raise FlagError("Failed to load boolean flag '%s' via '%s' with value '%s'" % (name[3:], name, text))
            return flag, 'false'
        raise FlagError("Failed to load unknown flag '%s'" % name)

    def _set(self, flag, given):
        text = self._content(flag, given)
        try:
            self.values[flag] = self._check(flag, text)
        except ValueError as error:
            raise FlagError("Failed to load flag '%s': Failed to load value '%s': %s" % (flag, text, error))

    def _content(self, flag, given):
        path = given[7:] if given.startswith('file://') else None
        if path is None and flag in _JSON_FLAGS and given.startswith('/'):
            path = given
        # These two name a file to be read later, with its own messages.
        if path is None or flag in ('credentials', 'credential', 'http_credentials'):
            return path or given
        try:
            with open(path) as file:
                return file.read()
        except OSError as error:
            reason = "Error reading file '%s': %s" % (path, error.strerror)
            raise FlagError("Failed to load flag '%s': Failed to load value '%s': %s" % (flag, given, reason))

    def _check(self, flag, text):
        default = self.values.get(flag, '')
        if flag in self._boolean:
            if text not in ('true', 'false', '1', '0'):
                raise ValueError('Expecting a boolean (e.g., true or false)')
            return 'true' if text in ('true', '1') else 'false'
        if flag in _NUMBER_FLAGS or (default.isdigit() and flag not in ('zk_session_timeout',)):
            if not re.match(r'^-?[0-9]+$', text.strip()):
                raise ValueError('Failed to convert into required type')
            return text.strip()
        if _DURATION.match(default) and not _DURATION.match(text):
            raise ValueError("Invalid duration '%s'" % text)
        if flag in ('ip', 'advertise_ip'):
            try:
                return str(ipaddress.ip_address(text))
            except ValueError:
                raise ValueError('Failed to parse IP as either IPv4 or IPv6:%s' % text)
        if flag in _JSON_FLAGS:
            try:
                json.loads(text)
            except ValueError as error:
                raise ValueError('syntax error at line 1 near: %s' % text[error.pos:])
        return text

    def get(self, flag):
        return self.values.get(flag)

    def on(self, flag):
        return self.values.get(flag) == 'true'

    def number(self, flag):
        return int(self.values[flag])

    def seconds(self, flag):
        return seconds(self.values[flag])

    def line(self):
        """All flags as the start-up log shows them."""
        return ' '.join('--%s="%s"' % (name, self.values[name]) for name in sorted(self.values))


def seconds(duration):
    """10secs -> 10.0"""
    unit = re.search('[a-z]+$', duration).group(0)
    return float(duration[: -len(unit)]) * _SECONDS[unit]


def refuse(program, message):
    """The usual end when flags do not load."""
    sys.stderr.write('%s\n\nSee `%s --help` for a list of supported flags.\n' % (message, program))
    sys.stderr.flush()
    os._exit(1)


def print_help(program):
    table = os.path.join(os.path.dirname(__file__), 'data', 'flags-%s.txt' % program.split('-')[1])
    print('Usage: %s [options]\n' % program)
    with open(table) as lines:
        for line in lines:
            if not line.startswith('#'):
                names, default, text = (line.rstrip('\n').split('\t') + ['', ''])[:3]
                print('  --%s=VALUE  %s%s' % (names, text, '' if default in ('-', '') else ' (default: %s)' % default))
