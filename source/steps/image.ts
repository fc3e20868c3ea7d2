import {artifactPath} from './artifact.ts';
import {checkedName} from './names.ts';
import {quote} from './quote.ts';
import {asScript, blobs, inFunction, type Script} from './script.ts';
import type {Artifact} from './step.ts';

/** A reference without a digest: the words, slashes, colons and dots of a registry's grammar. */
const referencePattern = /^[a-z0-9][A-Za-z0-9._-]*((:[0-9]+)?(\/[a-z0-9._-]+)+)?(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$/;

const digestPattern = /^sha256:[0-9a-f]{64}$/;

type ImageStep = {
	ref: string;
	digest?: string | undefined;
	loaded?: {ids: string[]; file: Artifact} | undefined;
};

/** An image that docker has under this reference and, where a digest is given, with this content. */
export function image(step: ImageStep): Script {
	if (step.loaded) return fromFile(step.ref, step.loaded);
	const ref = checkedName('image reference', step.ref, referencePattern);
	const digest = step.digest && checkedName('image digest', step.digest, digestPattern);
	const inspect = `docker image inspect --format '{{.Id}} {{json .RepoDigests}}' ${ref}`;
	// No docker yet, or docker not running yet, is no error: steps before this one see to both.
	const check = inFunction(`
{ _i=$(${inspect}) || return 1; } 2> /dev/null
${digest ? `case "$_i" in *${digest}*) ;; *) return 1 ;; esac` : ''}
return 0`);
	const source = digest ? `${withoutTag(ref)}@${digest}` : ref;
	return {
		check,
		apply: asScript(`
pull() { docker pull ${source}; }
pull || { sleep 2; pull; } || { sleep 5; pull; } || fail 'The image ${source} could not be pulled in three attempts.'
${digest ? `docker tag ${source} ${ref}` : ''}
${check} || fail 'docker has pulled ${source}, but ${ref} is not that image.'`),
		show: blobs(`${inspect} 2> /dev/null || :`, `printf '%s\\n' '${source}'`),
		live: true,
	};
}

function fromFile(name: string, {ids, file}: {ids: string[]; file: Artifact}): Script {
	const ref = checkedName('image reference', name, referencePattern);
	const wanted = ids.map(id => checkedName('image id', id, digestPattern)).join(' | ');
	const inspect = `docker image inspect --format '{{.Id}}' ${ref}`;
	const check = inFunction(`
{ _i=$(${inspect}) || return 1; } 2> /dev/null
case "$_i" in ${wanted}) ;; *) return 1 ;; esac
return 0`);
	return {
		check,
		apply: asScript(`
docker load --quiet --input ${quote(artifactPath(file))} || fail 'docker cannot load the image out of its file (see the error above).'
${check} || fail 'docker has loaded the file, but ${ref} is not the image that was to be in it.'`),
		show: blobs(`${inspect} 2> /dev/null || :`, `printf '%s\\n' '${ids[0]}'`),
		live: true,
	};
}

// A colon before the last slash belongs to a port.
function withoutTag(ref: string): string {
	return ref.replace(/:[^/:]*$/, '');
}
