/**
 * The flags of Mesos 1.12.0 as its own --help lists them, deprecated names included: `values` take text, `switches` are boolean.
 */
function words(text: string): ReadonlySet<string> {
	return new Set(text.trim().split(/\s+/));
}

export const mesosFlags: Record<'master' | 'agent', {values: ReadonlySet<string>; switches: ReadonlySet<string>}> = {
	master: {
		values: words(`
			acls advertise_ip advertise_port agent_ping_timeout slave_ping_timeout agent_removal_rate_limit
			slave_removal_rate_limit agent_reregister_timeout slave_reregister_timeout allocation_interval allocator
			allocator_agent_recovery_factor allocator_recovery_timeout authentication_v0_timeout authenticators
			authorizers cluster credentials domain external_log_file fair_sharing_excluded_resource_names
			firewall_rules framework_sorter hooks hostname http_authenticators http_framework_authenticators ip
			ip_discovery_command log_dir logbufsecs logging_level master_contender master_detector
			max_agent_ping_timeouts max_slave_ping_timeouts max_completed_frameworks max_completed_tasks_per_framework
			max_operator_event_stream_subscribers max_unreachable_tasks_per_framework min_allocatable_resources modules
			modules_dir offer_constraints_re2_max_mem offer_constraints_re2_max_program_size offer_timeout port quorum
			rate_limits recovery_agent_removal_limit recovery_slave_removal_limit registry registry_fetch_timeout
			registry_gc_interval registry_max_agent_age registry_max_agent_count registry_store_timeout role_sorter
			user_sorter roles webui_dir weights whitelist work_dir zk zk_session_timeout
		`),
		switches: words(`
			authenticate_agents authenticate_slaves authenticate_frameworks authenticate authenticate_http_frameworks
			authenticate_http_readonly authenticate_http_readwrite authenticate_http filter_gpu_resources help
			hostname_lookup initialize_driver_logging log_auto_initialize memory_profiling
			publish_per_framework_metrics quiet registry_strict require_agent_domain root_submissions version
		`),
	},
	agent: {
		values: words(`
			acls advertise_ip advertise_port agent_features agent_subsystems slave_subsystems allowed_devices
			appc_simple_discovery_uri_prefix appc_store_dir attributes authenticatee authentication_backoff_factor
			authentication_timeout_max authentication_timeout_min authorizer bounding_capabilities
			cgroups_destroy_timeout cgroups_hierarchy cgroups_net_cls_primary_handle cgroups_net_cls_secondary_handles
			cgroups_root container_disk_watch_interval container_logger containerizers credential csi_plugin_config_dir
			default_container_dns default_container_info default_container_shm_size default_role disk_profile_adaptor
			disk_watch_interval docker docker_config docker_mesos_image docker_registry docker_remove_delay
			docker_socket docker_stop_timeout docker_store_dir docker_volume_checkpoint_dir domain
			domain_socket_location effective_capabilities allowed_capabilities executor_environment_variables
			executor_registration_timeout executor_reregistration_retry_interval executor_reregistration_timeout
			executor_shutdown_grace_period external_log_file fetcher_cache_dir fetcher_cache_size fetcher_stall_timeout
			firewall_rules frameworks_home gc_delay gc_disk_headroom hadoop_home hooks host_path_volume_force_creation
			hostname http_authenticators http_credentials http_heartbeat_interval image_gc_config image_providers
			image_provisioner_backend ip ip6 ip6_discovery_command ip_discovery_command isolation jwt_secret_key
			executor_secret_key launcher launcher_dir log_dir logbufsecs logging_level master master_detector
			max_completed_executors_per_framework modules modules_dir network_cni_config_dir network_cni_plugins_dir
			nvidia_gpu_devices oversubscribed_resources_interval perf_duration perf_events perf_interval port
			qos_controller qos_correction_interval_min reconfiguration_policy recover recovery_timeout
			registration_backoff_factor resource_estimator resource_provider_config_dir resources runtime_dir
			sandbox_directory secret_resolver systemd_runtime_directory volume_gid_range work_dir zk_session_timeout
		`),
		switches: words(`
			authenticate_http_executors authenticate_http_readonly authenticate_http_readwrite
			cgroups_cpu_enable_pids_and_tids_count cgroups_enable_cfs cgroups_limit_swap
			disallow_sharing_agent_ipc_namespace disallow_sharing_agent_pid_namespace docker_ignore_runtime
			docker_kill_orphans docker_volume_chown enforce_container_disk_quota gc_non_executor_container_sandboxes
			help hostname_lookup http_command_executor http_executor_domain_sockets initialize_driver_logging
			memory_profiling network_cni_metrics network_cni_root_dir_persist quiet revocable_cpu_low_priority strict
			switch_user systemd_enable_support version
		`),
	},
};
