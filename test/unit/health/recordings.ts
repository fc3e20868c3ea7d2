import {existsSync, readFileSync} from 'node:fs';

export type Canned = {status: number; headers?: Record<string, string>; body?: string};

/** A state of a process of which answers were recorded: a folder of fixtures. */
export type Recorded =
	| 'master-leader'
	| 'master-follower'
	| 'master-no-leader'
	| 'master-quorum-lost'
	| 'agent-registered'
	| 'agent-not-registered';

const folder = new URL('./fixtures/', import.meta.url);

/** One recorded answer, e.g. `recorded('master-leader', 'api-v1.GET_HEALTH')`. */
export function recorded(state: Recorded, name: string): Canned {
	const lines = readFileSync(new URL(`${state}/${name}.headers.txt`, folder), 'utf8')
		.split('\n')
		.filter(line => !line.startsWith('>'));
	const start = lines.findIndex(line => line.startsWith('HTTP/1.1 '));
	const rest = lines.slice(start + 1);
	const blank = rest.indexOf('');
	const headerLines = blank < 0 ? rest : rest.slice(0, blank);
	const headers = Object.fromEntries(
		headerLines
			.map((line): [string, string] => [
				line.slice(0, line.indexOf(':')).toLowerCase(),
				line.slice(line.indexOf(':') + 2),
			])
			// The JSON files are pretty-printed, so the recorded length is not theirs.
			.filter(([key]) => key !== 'content-length' && key !== 'date' && key !== ''),
	);
	const json = new URL(`${state}/${name}.json`, folder);
	const body = existsSync(json) ? readFileSync(json, 'utf8') : blank < 0 ? '' : rest.slice(blank + 1).join('\n');
	return {status: Number(lines[start]?.split(' ')[1]), headers, body};
}

/** The routes of a master in that state, all that were recorded. */
export function recordedMaster(state: Recorded & `master-${string}`): Record<string, Canned> {
	const pages = ['redirect', 'health', 'state', 'slaves', 'flags', 'frameworks', 'version'].filter(page =>
		existsSync(new URL(`${state}/${page}.headers.txt`, folder)),
	);
	return {
		...Object.fromEntries(pages.map(page => [`GET /${page}`, recorded(state, page)])),
		'GET /metrics/snapshot': recorded(state, 'metrics.snapshot'),
		'POST /api/v1 GET_HEALTH': recorded(state, 'api-v1.GET_HEALTH'),
		'POST /api/v1 GET_AGENTS': recorded(state, 'api-v1.GET_AGENTS'),
	};
}

export function recordedAgent(state: Recorded & `agent-${string}`): Record<string, Canned> {
	return {
		'GET /health': recorded(state, 'health'),
		'GET /state': recorded(state, 'state'),
		'GET /metrics/snapshot': recorded(state, 'metrics.snapshot'),
	};
}

const fourLetterFiles = {
	leader: '4lw-quorum-leader.srvr.txt',
	follower: '4lw-quorum-follower.srvr.txt',
	standalone: '4lw-standalone.srvr.txt',
	'no-quorum': '4lw.no-quorum.txt',
} as const;
export type ZookeeperState = keyof typeof fourLetterFiles;

/** What a ZooKeeper in that state says to `srvr`; to `ruok` every one of them says `imok`. */
export function recordedSrvr(state: ZookeeperState): string {
	const text = readFileSync(new URL(`zookeeper/${fourLetterFiles[state]}`, folder), 'utf8');
	const afterNote = text.slice(text.indexOf('\n') + 1);
	const next = afterNote.indexOf('\n#');
	return next < 0 ? afterNote : afterNote.slice(0, next);
}
