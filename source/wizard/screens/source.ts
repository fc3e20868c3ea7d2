import {parse} from 'yaml';
import {z} from 'zod';
import type {Component, Source} from '../../cluster/model.ts';
import {clusterSchema} from '../../cluster/schema.ts';
import {schemaProblems} from '../../cluster/schema-problems.ts';
import {asSource, type Candidate, candidatesOf} from '../../sources/catalog.ts';
import type {Key} from '../keys.ts';
import type {Problem} from '../problem.ts';
import {back, type WizardState} from '../state.ts';
import {needsChecksum, platformFor} from '../subject.ts';
import {moved} from '../table.ts';
import {textInput, typeInto} from '../text-input.ts';

const hostOf = (url: string) => URL.parse(url)?.host ?? url;

/** A source in a few words: where from, not how it is checked. */
export function describeSource(source: Source | Candidate['source'], version?: string): string {
	if (source.kind === 'image') return `image ${source.ref}`;
	if (source.kind === 'bundle') return `the bundle ${source.path}`;
	if (source.kind === 'archive') return `archive ${source.url.split('/').at(-1)} at ${hostOf(source.url)}`;
	const from = source.repo ? `repository ${source.repo.id}` : "the system's repositories";
	return `package ${source.name}${version && /^\d/.test(version) ? ` ${version}` : ''}, ${from}`;
}

/** What may be chosen for a component: first what was chosen before, last to write a source oneself. */
export function sourceChoices(
	state: WizardState,
): {title: string; note: string; candidate?: Candidate; given?: Source; bundle?: Source}[] {
	const {
		source: {component},
		settings: {values},
	} = state;
	const known = candidatesOf(platformFor(state).id, component).filter(({unusable}) => !unusable);
	const given = values.sources[component];
	const {kind, path} = values.sources;
	const bundle: Source | undefined = kind && path !== undefined ? {kind, path} : undefined;
	return [
		...(given ? [{title: describeSource(given), note: 'as chosen now', given}] : []),
		...(bundle ? [{title: describeSource(bundle), note: 'as everything that has no place of its own', bundle}] : []),
		...known.map(candidate => ({
			title: `${describeSource(candidate.source, candidate.version)}${candidate.build ? ` (${candidate.build})` : ''}`,
			note: candidate.evidence,
			candidate,
		})),
		{title: 'Another place', note: 'written as in a cluster file, e.g. {kind: image, ref: "…", digest: "sha256:…"}'},
	];
}

/** Opens the choice for a component; what was typed for it before is still there. */
export function openSource(state: WizardState, component: Component): WizardState {
	if (state.source.component === component) return {...state, source: {...state.source, problem: undefined}};
	return {...state, source: {component, cursor: 0, typing: undefined, publisher: undefined, problem: undefined}};
}

const sourceSchema = clusterSchema.shape.sources.unwrap().shape.mesos;

/** A source in the notation of a cluster file. Exported for line mode. */
export function parseSource(text: string): Source | Problem {
	const fix = 'Write for example {kind: archive, url: "https://…", sha512: "…"}.';
	try {
		const input: unknown = parse(text);
		const parsed = z.safeParse(sourceSchema, input);
		if (parsed.success) return parsed.data as Source;
		const [first] = schemaProblems(parsed.error, input);
		return first ? {field: first.path.join('.'), cause: first.cause, fix: first.fix} : {cause: 'is no source.', fix};
	} catch {
		return {cause: 'this is not valid YAML.', fix};
	}
}

/** The candidate with what its publisher says its content must match. */
export function withChecksum(candidate: Candidate, typed: string): Source | Problem {
	const text = typed.trim().toLowerCase();
	const source = asSource(candidate);
	if (source.kind === 'image') {
		const digest = text.startsWith('sha256:') ? text : `sha256:${text}`;
		if (/^sha256:[0-9a-f]{64}$/.test(digest)) return {...source, digest};
		return {cause: 'is no digest.', fix: 'It looks like sha256: and 64 hexadecimal digits.'};
	}
	// Files named .sha512 often hold the name of the archive behind the digits.
	const digits = text.split(/\s+/)[0] ?? '';
	if (/^[0-9a-f]{128}$/.test(digits)) return {...source, sha512: digits} as Source;
	if (/^[0-9a-f]{64}$/.test(digits)) return {...source, sha256: digits} as Source;
	return {cause: 'is no checksum.', fix: 'SHA-512 has 128 hexadecimal digits, SHA-256 has 64.'};
}

/** @param chosen undefined where the bundle of all others is meant */
function take(state: WizardState, chosen: Source | undefined): WizardState {
	const {settings, source} = state;
	const {[source.component]: _, ...others} = settings.values.sources;
	const sources = chosen ? {...others, [source.component]: chosen} : others;
	return back({
		...state,
		settings: {...settings, values: {...settings.values, sources}, problems: []},
		source: {...source, typing: undefined, publisher: undefined, problem: undefined},
	});
}

function pressTyping(state: WizardState, key: Key): WizardState {
	const {source} = state;
	const {typing} = source;
	const choice = sourceChoices(state)[source.cursor];
	if (!typing || !choice) return state;
	if (key.name === 'enter') {
		const answer = choice.candidate ? withChecksum(choice.candidate, typing.text) : parseSource(typing.text);
		return 'cause' in answer ? {...state, source: {...source, problem: answer}} : take(state, answer);
	}
	const typed = typeInto(typing, key);
	return typed ? {...state, source: {...source, typing: typed, publisher: undefined, problem: undefined}} : state;
}

export function pressSource(state: WizardState, key: Key): WizardState {
	const {source} = state;
	if (source.typing) return pressTyping(state, key);
	const choices = sourceChoices(state);
	const cursor = moved(source.cursor, choices.length, key);
	if (cursor !== undefined) return {...state, source: {...source, cursor, problem: undefined}};
	const choice = choices[source.cursor];
	if (key.name !== 'enter' || !choice) return state;
	const {candidate, given, bundle} = choice;
	if (given) return back(state);
	if (bundle) return take(state, undefined);
	if (candidate && !needsChecksum(candidate.source, candidate.checksum)) return take(state, asSource(candidate));
	const before = state.settings.values.sources[source.component];
	const typing = textInput(candidate || !before ? '' : JSON.stringify(before));
	return {...state, source: {...source, typing, publisher: candidate ? 'asked' : undefined, problem: undefined}};
}

/** The candidate whose publisher is being asked for a checksum. */
export function askedFor(state: WizardState): Candidate | undefined {
	const {publisher, cursor} = state.source;
	return publisher === 'asked' ? sourceChoices(state)[cursor]?.candidate : undefined;
}

/** The publisher's answer stands there to be confirmed. */
export function published(state: WizardState, checksum: string): WizardState {
	return {...state, source: {...state.source, typing: textInput(checksum), publisher: 'told', problem: undefined}};
}

/** Back from typing leads to the list; undefined where it leads to the settings. */
export function backInSource(state: WizardState): WizardState | undefined {
	return (
		state.source.typing && {
			...state,
			source: {...state.source, typing: undefined, publisher: undefined, problem: undefined},
		}
	);
}
