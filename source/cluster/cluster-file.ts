import {createReadStream} from 'node:fs';
import {basename} from 'node:path';
import {type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit} from 'yaml';
import type {z} from 'zod';
import type {Cluster} from './model.ts';
import {hostNamePattern} from './names.ts';
import {clusterSchema} from './schema.ts';
import {formatField, type Path, type Problem, schemaProblems} from './schema-problems.ts';
import {SetupError} from './setup-error.ts';
import {throwFound} from './setup-errors.ts';
import {quote} from './text.ts';
import {validateCluster} from './validate.ts';

/** A thousand hosts take a tenth of it. */
const maxBytes = 1024 * 1024;

function unusable(file: string, cause: string, fix: string, error?: unknown): SetupError {
	return new SetupError({field: basename(file), cause, fix, exitCode: 2, error});
}

async function readText(path: string): Promise<string> {
	const chunks: Buffer[] = [];
	let size = 0;
	try {
		for await (const chunk of createReadStream(path, {end: maxBytes})) {
			chunks.push(chunk);
			size += chunk.length;
		}
	} catch (error) {
		const code = error instanceof Error && 'code' in error ? error.code : undefined;
		if (code === 'ENOENT') {
			throw unusable(path, 'there is no such cluster file.', 'Check the path given with --cluster-file.', error);
		}
		const why =
			code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'you may not read it' : String(code ?? error);
		throw unusable(path, `the cluster file cannot be read: ${why}.`, 'Name a readable YAML file.', error);
	}
	if (size > maxBytes) {
		throw unusable(path, 'the file is larger than 1 MiB.', 'No cluster file is; check the path.');
	}
	const bytes = Buffer.concat(chunks);
	if (bytes.includes(0)) {
		throw unusable(path, 'the file is binary, not YAML text.', 'Check the path.');
	}
	try {
		return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
	} catch (error) {
		throw unusable(path, 'the file is not UTF-8 text.', 'Save it as UTF-8.', error);
	}
}

/** More would hide the first one, which is often the cause of the rest. */
const maxProblems = 20;

const textMaps = new Set<unknown>(['attributes', 'agent_flags', 'master_flags']);

/** Numbers stay as they are written where the value is text in the end: `1.10` must not arrive as `1.1`. */
function keepSpelling(document: Document): void {
	visit(document, {
		Scalar(key, node, ancestors) {
			if (key !== 'value' || typeof node.value !== 'number' || node.source === undefined) return;
			if (ancestors.some(parent => isPair(parent) && isScalar(parent.key) && textMaps.has(parent.key.value))) {
				node.value = node.source;
			}
		},
	});
}

/** What plain objects cannot hold: a key twice, a key that is a list or a map, and the one name JavaScript loses without a word. */
function keyProblem(document: Document): {pos: number; why: string} | undefined {
	let problem: {pos: number; why: string} | undefined;
	visit(document, {
		Map(_, {items}) {
			const seen = new Set<string>();
			for (const {key} of items) {
				const pos = isNode(key) ? (key.range?.[0] ?? 0) : 0;
				const name = isScalar(key) ? String(key.value) : undefined;
				if (name === undefined) problem = {pos, why: 'a key must be a word, not a list, a map or an alias'};
				else if (name === '__proto__') problem = {pos, why: 'no key can be named __proto__'};
				else if (seen.has(name)) problem = {pos, why: `the key ${quote(name)} stands there again`};
				else seen.add(name);
				if (problem) return visit.BREAK;
			}
			return undefined;
		},
	});
	return problem;
}

/** The YAML of `text` as plain values. Throws what is wrong with it as YAML. */
function parseYaml(text: string, file: string): {document: Document; lines: LineCounter; value: unknown} {
	const lines = new LineCounter();
	const fix = 'Correct the YAML there.';
	try {
		// The library compares every key with every other: minutes for a large file. keyProblem() looks for the same.
		const document = parseDocument(text, {lineCounter: lines, prettyErrors: false, uniqueKeys: false});
		const [problem] = [...document.errors, ...document.warnings];
		if (problem) {
			if (problem.message.includes('call stack')) throw new RangeError(problem.message);
			const {line} = lines.linePos(problem.pos[0]);
			const why =
				problem.code === 'MULTIPLE_DOCS' ? 'a second document begins there' : quote(problem.message).slice(1, -1);
			throw unusable(file, `line ${line} is not valid YAML: ${why}.`, fix);
		}
		const wrong = keyProblem(document);
		if (wrong) throw unusable(file, `line ${lines.linePos(wrong.pos).line} is not valid YAML: ${wrong.why}.`, fix);
		keepSpelling(document);
		const value: unknown = document.toJS({maxAliasCount: 50});
		return {document, lines, value};
	} catch (error) {
		if (error instanceof SetupError) throw error;
		throw unusable(file, 'its YAML refers to itself, repeats itself without end or is nested too deeply.', fix, error);
	}
}

/** The line where the innermost part of `path` that exists begins. */
function lineOf(document: Document, lines: LineCounter, path: Path): number | undefined {
	for (let length = path.length; length > 0; length--) {
		const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
		const key = path[length - 1];
		const pair = isMap(parent)
			? parent.items.find(({key: found}) => isScalar(found) && String(found.value) === key)
			: undefined;
		const node = pair?.key ?? (isSeq(parent) && typeof key === 'number' ? parent.items[key] : undefined);
		if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
	}
	return undefined;
}

function hostOf(value: unknown, path: Path): string | undefined {
	if (path[0] !== 'hosts' || typeof path[1] !== 'number') return undefined;
	const name: unknown = (value as {hosts?: {name?: unknown}[]}).hosts?.[path[1]]?.name;
	return typeof name === 'string' && hostNamePattern.test(name) ? name : undefined;
}

/** What `text` holds by `schema`; `check` finds what a schema cannot. Throws every problem with its field and line. */
function parseText<Schema extends z.ZodType>(
	text: string,
	file: string,
	schema: Schema,
	check: (parsed: z.output<Schema>) => readonly Problem[],
): z.output<Schema> {
	if (text.trim() === '') {
		throw unusable(file, 'the file is empty.', 'Write a name and hosts into it; the README shows an example.');
	}
	const {document, lines, value} = parseYaml(text, file);
	const toError = ({path, cause, fix}: Problem) => {
		const line = lineOf(document, lines, path);
		return new SetupError({
			host: hostOf(value, path),
			field: formatField(path) || basename(file),
			cause: line === undefined ? cause : `${cause.replace(/\.$/, '')} (line ${line} of ${basename(file)}).`,
			fix,
			exitCode: 2,
		});
	};
	const refuse = (problems: readonly Problem[]) => {
		const errors = problems.slice(0, maxProblems).map(toError);
		const more = problems.length - errors.length;
		if (more > 0) errors.push(unusable(file, `${more} more things are wrong.`, 'Mend these first.'));
		throwFound(errors);
	};
	const parsed = schema.safeParse(value);
	if (!parsed.success) {
		refuse(schemaProblems(parsed.error, value));
		throw parsed.error;
	}
	refuse(check(parsed.data));
	return parsed.data;
}

/**
 * The cluster that `text`, the YAML of a cluster file, describes.
 * Throws a SetupError or SetupErrors (exit 2) that name every field that is wrong, with its line.
 */
export function parseClusterFile(text: string, file = 'cluster.yaml'): Cluster {
	return parseText(text, file, clusterSchema, cluster => validateCluster(cluster).problems);
}

/** Answers to start from: those parts of a cluster file that are not about one cluster alone, as far as they are there. */
export type Defaults = Partial<Pick<Cluster, 'ssh' | 'mesos' | 'frameworks' | 'sources' | 'timeouts'>>;

const defaultsSchema = clusterSchema
	.pick({ssh: true, mesos: true, frameworks: true, sources: true, timeouts: true})
	.partial();

/** Reads a file of answers to start from; errors as `readClusterFile`. */
export async function readDefaults(path: string): Promise<Defaults> {
	return parseText(await readText(path), path, defaultsSchema, () => []) as Defaults;
}

/** Reads and checks a cluster file; errors as `parseClusterFile`, and a SetupError for a file that cannot be read. */
export async function readClusterFile(path: string): Promise<Cluster> {
	return parseClusterFile(await readText(path), path);
}
