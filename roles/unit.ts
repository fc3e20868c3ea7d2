import type {HostFacts} from '../source/cluster/facts.ts';
import type {Platform} from '../source/sources/platform.ts';
import {configurationHash} from '../source/steps/configuration.ts';
import type {Gate, RollingService, Step} from '../source/steps/step.ts';
import {directory, type FileStep, file} from './files.ts';
import {cronJob, initScript} from './sysv.ts';
import {template} from './template.ts';

const helper = '/usr/local/lib/mesos-setup/configuration';
const unitFolder = '/etc/systemd/system/';
const scriptFolder = '/etc/init.d/';

type Service = {
	/** Without `.service`. */
	unit: string;
	/** Every file the process reads once, when it starts. */
	files: FileStep[];
	/** Folders that hold some of the files and nothing else: named instead of them, so that a stray file counts too. */
	folders?: string[];
	after?: Gate;
	token?: RollingService;
};

/** A value as a unit file takes it on the right of `=`: a percent sign would start a specifier. */
export function inUnit(text: string): string {
	return text.replaceAll('%', '%%');
}

/** What decides how a service is written down. */
type On = {platform: Pick<Platform, 'system'>; facts: Pick<HostFacts, 'systemd'>};

/**
 * Two steps: the file at `path`, and the service. Just before its process starts it takes the sha256 of all files it reads, its own
 * included, into its environment, so that a later check sees from the process what it really runs with.
 */
function watched(
	{unit, files, folders = [], after, token}: Service,
	path: string,
	{systemd}: On['facts'],
	render: (configuration: string) => FileStep,
): Step[] {
	const single = files.map(step => step.path).filter(name => !folders.some(folder => name.startsWith(`${folder}/`)));
	const paths = [path, ...single, ...folders];
	const call = [helper, unit, ...paths].map(inUnit).join(' ');
	// Before 231 there was no word for a single command that runs as root.
	const before = systemd < 231 ? ['PermissionsStartOnly=true', `ExecStartPre=${call}`] : [`ExecStartPre=+${call}`];
	const unitFile = render([...before, `EnvironmentFile=-/run/mesos-setup/${unit}.env`].join('\n'));
	return [
		unitFile,
		{
			kind: 'service',
			title: `service ${unit}`,
			unit,
			configuration: configurationHash([unitFile, ...files]),
			...(after && {after}),
			...(token && {token}),
		},
	];
}

/** A unit of the tool's own, from its template in templates/etc/systemd/system/; where there is no systemd an init script made of it. */
export function ownUnit(service: Service, data: Record<string, string>, {platform, facts}: On): Step[] {
	const path = `${unitFolder}${service.unit}.service`;
	const text = (configuration: string) => template(path, {...data, configuration});
	if (platform.system.services === 'systemd') {
		return watched(service, path, facts, configuration => file(path, text(configuration)));
	}
	const script = `${scriptFolder}${service.unit}`;
	return watched(service, script, facts, configuration =>
		file(script, initScript(service.unit, text(configuration)), {mode: '755'}),
	);
}

/** A service of the platform's, which keeps its own file and gets a drop-in where there are such. */
export function vendorUnit(service: Service, {platform, facts}: On): Step[] {
	if (platform.system.services === 'sysv') {
		const {unit, files} = service;
		return [{kind: 'service', title: `service ${unit}`, unit, configuration: configurationHash(files)}];
	}
	const folder = `${unitFolder}${service.unit}.service.d`;
	const path = `${folder}/mesos-setup.conf`;
	return [
		directory(folder),
		...watched(service, path, facts, configuration =>
			file(path, template(`${unitFolder}UNIT.service.d/mesos-setup.conf`, {configuration})),
		),
	];
}

/** A timer of the tool's own with the service it starts; where there is no systemd a job of cron's. */
export function dailyJob(name: string, data: Record<string, string>, {system}: Pick<Platform, 'system'>): Step[] {
	const path = `${unitFolder}${name}`;
	const service = template(`${path}.service`, data);
	if (system.services === 'sysv') return [file(`/etc/cron.daily/${name}`, cronJob(service), {mode: '755'})];
	const timer = `${name}.timer`;
	return [
		file(`${path}.service`, service),
		file(`${path}.timer`, template(`${path}.timer`)),
		{kind: 'service', title: `service ${timer}`, unit: timer},
	];
}

/** The unit whose own file a step writes, by the name its service step has; undefined for all other steps. */
export function ownUnitOf(step: Step): string | undefined {
	if (step.kind !== 'file') return undefined;
	const folder = [unitFolder, scriptFolder].find(name => step.path.startsWith(name));
	const name = folder === undefined ? '/' : step.path.slice(folder.length);
	return name.includes('/') ? undefined : name.replace(/\.service$/, '');
}
