"""MARATHON_* variables: the only configuration Marathon 1.5 and later reads. A boolean is set by an empty value."""
import os

from mesos_standin.framework import crash
from mesos_standin.zk import Url

_BOOLEANS = {'disable_http', 'disable_ha', 'checkpoint', 'disable_checkpoint', 'mesos_authentication', 'enable_features_all',
             'zk_compression', 'disable_zk_compression', 'disable_mesos_authentication', 'access_control_allow_all',
             'deprecated_features_all', 'metrics_prometheus', 'disable_metrics_prometheus', 'gpu_scheduling'}
_VALUES = {
    'master', 'zk', 'hostname', 'http_port', 'http_address', 'https_port', 'https_address', 'http_endpoints',
    'mesos_user', 'mesos_role', 'framework_name', 'failover_timeout', 'webui_url', 'default_accepted_resource_roles',
    'task_launch_timeout', 'task_launch_confirm_timeout', 'task_lost_expunge_initial_delay', 'task_lost_expunge_interval',
    'task_reservation_timeout', 'reconciliation_initial_delay', 'reconciliation_interval', 'scale_apps_initial_delay',
    'scale_apps_interval', 'leader_proxy_connection_timeout', 'leader_proxy_read_timeout', 'local_port_min',
    'local_port_max', 'default_network_name', 'executor', 'executor_health_checks', 'env_vars_prefix', 'enable_features',
    'deprecated_features', 'event_stream_max_outstanding_messages', 'max_tasks_per_offer', 'max_running_deployments',
    'max_instances_per_offer', 'max_apps', 'min_revive_offers_interval', 'offer_matching_timeout', 'decline_offer_duration',
    'mesos_authentication_principal', 'mesos_authentication_secret_file', 'mesos_authentication_secret', 'http_credentials',
    'http_realm', 'ssl_keystore_path', 'ssl_keystore_password', 'zk_timeout', 'zk_session_timeout', 'zk_connection_timeout',
    'zk_operation_max_retries', 'zk_max_versions', 'zk_max_node_size', 'logging_level', 'plugin_dir', 'plugin_conf',
    'access_control_allow_origin', 'kill_chunk_size', 'kill_retry_timeout', 'backup_location', 'gpu_scheduling_behavior',
    'launch_token', 'launch_token_refresh_interval', 'mesos_bridge_name', 'new_group_enforce_role', 'asset_path',
    'sentry_url', 'leader_election_backend', 'storage_cache_type', 'fault_domain', 'mesos_leader_ui_url', 'mesos_heartbeat_interval',
    'mesos_heartbeat_failure_threshold', 'reconciliation_timeout', 'draining_seconds',
}


class Settings:
    def __init__(self, environment):
        self._given = {name[9:].lower(): value for name, value in environment.items() if name.startswith('MARATHON_')}
        for name, value in self._given.items():
            if name not in _VALUES | _BOOLEANS:
                _refuse("Unknown option '%s'" % name)
            if name in _BOOLEANS and value != '':
                _refuse("Bad arguments for option '%s': '%s' - no value expected for a boolean" % (name, value))
        for name in ('master', 'zk'):
            if not self._given.get(name):
                _refuse("Required option '%s' not found" % name)
        self.master = self._url('master')
        self.zk = self._url('zk')
        self.http_port = self._number('http_port', 8080)
        self.http_address = self._given.get('http_address', '0.0.0.0')
        self.hostname = self._given.get('hostname') or os.uname().nodename
        self.user = self._given.get('mesos_user') or 'nobody'
        self.framework_name = self._given.get('framework_name') or 'marathon'
        self.failover_timeout = self._number('failover_timeout', 604800)
        self.zk_session_timeout = self._number('zk_session_timeout', 10000) / 1000
        self.zk_connection_timeout = self._number('zk_connection_timeout', 10000) / 1000
        self.task_launch_timeout = self._number('task_launch_timeout', 300000)

    def _url(self, name):
        try:
            return Url(self._given[name])
        except ValueError as error:
            _refuse("Bad arguments for option '%s': '%s' - %s" % (name, self._given[name], error))

    def _number(self, name, default):
        text = self._given.get(name, str(default))
        if not text.isdigit():
            _refuse("Bad arguments for option '%s': '%s' - wrong type" % (name, text))
        return int(text)

    @property
    def credential(self):
        principal = self._given.get('mesos_authentication_principal')
        if not principal:
            return None
        path = self._given.get('mesos_authentication_secret_file')
        secret = open(path).read().strip() if path else self._given.get('mesos_authentication_secret')
        return {'principal': principal, 'secret': secret}

    @property
    def zk_text(self):
        return self._given['zk']

    @property
    def master_text(self):
        return self._given['master']


def _refuse(message):
    crash(112, '[marathon] Error: ' + message)
