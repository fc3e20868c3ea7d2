import {posix} from 'node:path';
import {archiveScript} from './archive-script.ts';
import {artifactPath} from './artifact.ts';
import {checkedName, checkedPath, checkedUrl} from './names.ts';
import {quote} from './quote.ts';
import {temporaryName} from './replace-file.ts';
import {blobs, inFunction, type Script} from './script.ts';
import type {Artifact} from './step.ts';

type ArchiveStep = {
	url: string;
	checksum: {algorithm: 'sha256' | 'sha512'; hex: string};
	directory: string;
	link: string;
	file?: Artifact | undefined;
};

/**
 * An unpacked archive with a link to it. The directory carries the archive's checksum in a file of its own, written
 * before the directory has its name, so that half an archive never passes.
 * @param cache root-only folder on the host for downloads, which go on where they were cut off
 */
export function archive(step: ArchiveStep, cache = '/var/cache/mesos-setup'): Script {
	const {algorithm} = step.checksum;
	const hex = checkedName('checksum', step.checksum.hex, algorithm === 'sha256' ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{128}$/);
	const url = checkedUrl(step.url);
	const directory = quote(checkedPath(step.directory));
	const link = quote(checkedPath(step.link));
	const marker = quote(posix.join(step.directory, '.mesos-setup-archive'));
	const unpacked = `[ -f ${marker} ] && read -r _m < ${marker} && [ "$_m" = ${algorithm}:${hex} ]`;
	return {
		check: inFunction(`
${unpacked} || return 1
[ -L ${link} ] && [ ${link} -ef ${directory} ]`),
		apply: archiveScript({
			url,
			algorithm,
			hex,
			cache,
			directory: step.directory,
			link: step.link,
			linkTemporary: temporaryName(step.link),
			unpacked,
			file: step.file && artifactPath(step.file),
		}),
		show: blobs(
			`[ ! -L ${link} ] || readlink -- ${link}
if [ -d ${directory} ]; then _m='of unknown origin'; ! read -r _m < ${marker} || :; printf '%s %s\\n' ${directory} "$_m"; fi`,
			`printf '%s\\n' ${directory}
printf '%s %s\\n' ${directory} ${algorithm}:${hex}`,
		),
		live: true,
	};
}
