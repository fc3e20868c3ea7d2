import {configurationHash} from '../source/steps/configuration.ts';
import type {Gate, RollingService, Step} from '../source/steps/step.ts';
import {directory, type FileStep, file} from './files.ts';
import {template} from './template.ts';

const helper = '/usr/local/lib/mesos-setup/configuration';

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

/**
 * Two steps: the unit's file at `path`, and the service. Just before its process starts the unit takes the sha256 of all files it
 * reads, its own included, into its environment, so that a later check sees from the process what it really runs with.
 */
function watched(
	{unit, files, folders = [], after, token}: Service,
	path: string,
	render: (data: {configuration: string}) => string,
): Step[] {
	const single = files.map(step => step.path).filter(name => !folders.some(folder => name.startsWith(`${folder}/`)));
	const paths = [path, ...single, ...folders];
	const configuration = [
		`ExecStartPre=+${[helper, unit, ...paths].map(inUnit).join(' ')}`,
		`EnvironmentFile=-/run/mesos-setup/${unit}.env`,
	].join('\n');
	const unitFile = file(path, render({configuration}));
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

/** A unit of the tool's own, from its template in templates/etc/systemd/system/. */
export function ownUnit(service: Service, data: Record<string, string>): Step[] {
	const path = `/etc/systemd/system/${service.unit}.service`;
	return watched(service, path, configuration => template(path, {...data, ...configuration}));
}

/** A unit of the platform's, which keeps its own file and gets a drop-in. */
export function vendorUnit(service: Service): Step[] {
	const folder = `/etc/systemd/system/${service.unit}.service.d`;
	return [
		directory(folder),
		...watched(service, `${folder}/mesos-setup.conf`, configuration =>
			template('/etc/systemd/system/UNIT.service.d/mesos-setup.conf', configuration),
		),
	];
}
