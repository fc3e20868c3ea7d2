import {checkedName} from './names.ts';
import {asScript, inFunction, type Script} from './script.ts';
import {systemdReleased, systemdService, systemdStopped} from './service-systemd.ts';
import {sysvReleased, sysvService, sysvStopped} from './service-sysv.ts';
import type {System} from './system.ts';

export type ServiceStep = {unit: string; configuration?: string | undefined};

const unitPattern = /^[A-Za-z0-9][A-Za-z0-9:_.@-]*$/;

/** Enabled and running, with the configuration given. @throws SetupError (exit 2) */
export function service(step: ServiceStep, {services}: System): Script {
	checkedName('unit name', step.unit, unitPattern);
	if (step.configuration) checkedName('configuration hash', step.configuration, /^[0-9a-f]{64}$/);
	return services === 'systemd' ? systemdService(step) : sysvService(step);
}

/** Neither running nor started at the next boot. @throws SetupError (exit 2) */
export function stopped(step: {unit: string}, {services}: System): Script {
	checkedName('unit name', step.unit, unitPattern);
	return services === 'systemd' ? systemdStopped(step) : sysvStopped(step);
}

/** Where services keep what they were started with, and the tool what it remembers of the host. */
const memory = ['/run/mesos-setup/*.env', '/var/lib/mesos-setup'];

/** Nothing is left of the tool in what the service manager knows. @throws SetupError (exit 2) */
export function released(step: {units: string[]}, {services}: System): Script {
	for (const unit of step.units) checkedName('unit name', unit, unitPattern);
	return {
		check: inFunction('! [ -e /var/lib/mesos-setup ] && ! ls /run/mesos-setup/*.env > /dev/null 2>&1'),
		apply: asScript(
			`${services === 'systemd' ? systemdReleased(step) : sysvReleased(step)}\nrm -rf ${memory.join(' ')}`,
		),
	};
}
