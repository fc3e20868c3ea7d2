"""Credentials of a master: who may register, who may ask. The CRAM-MD5 exchange itself is stood in by one comparison."""
import json
import os
import stat

from .. import log
from ..http import text


class Credentials:
    def __init__(self, flags):
        self._flags = flags
        self._secrets = None
        for flag, who, number in (('authenticate_frameworks', 'frameworks', 502), ('authenticate_agents', 'agents', 508)):
            only = 'only allowing authenticated %s' if flags.on(flag) else 'allowing unauthenticated %s'
            log.info('master.cpp:%d' % number, 'Master %s to register' % (only % who))
        if flags.get('credentials'):
            self._secrets = self._load(flags.get('credentials'))
        else:
            log.warning('authenticator.cpp:513', 'No credentials provided, authentication requests will be refused')
        for realm in ('readonly', 'readwrite'):
            if flags.on('authenticate_http_' + realm) and self._secrets is None:
                log.exit_with(1, 'master.cpp:602', "Failed to create HTTP authenticator module 'basic': No credentials provided "
                              "for the default 'basic' HTTP authenticator for realm 'mesos-master-%s'" % realm)

    def _load(self, path):
        log.info('credentials.hpp:37', "Loading credentials for authentication from '%s'" % path)

        def refused(reason):
            log.exit_with(1, 'master.cpp:525', '%s (see --credentials flag)' % reason)

        try:
            content = open(path).read()
        except OSError as error:
            refused("Failed to read credentials file '%s': %s" % (path, error.strerror))
        if os.stat(path).st_mode & (stat.S_IRWXO):
            log.warning('credentials.hpp:52', "Permissions on credentials file '%s' are too open; it is recommended that your "
                        'credentials file is NOT accessible by others' % path)
        try:
            document = json.loads(content)
        except ValueError as error:
            refused('Invalid json format: syntax error at line 1 near: %s' % content[error.pos:].strip())
        if not isinstance(document, dict):
            refused('Invalid json format: Unexpected JSON type parsed')
        return {item['principal']: item.get('secret') for item in document.get('credentials', [])}

    def known(self, principal, secret):
        return self._secrets is not None and principal in self._secrets and self._secrets[principal] == secret

    def refusal(self, request, access):
        """401 for an operator request of 'readonly' or 'readwrite' access without right credentials, else None."""
        if not self._flags.on('authenticate_http_' + access):
            return None
        given = request.credentials()
        if given and len(given) == 2 and self.known(*given):
            return None
        return text(401, '401 Unauthorized.', [('WWW-Authenticate', 'Basic realm="mesos-master-%s"' % access)])
