import type {Duplex} from 'node:stream';
import {ports} from './members.ts';
import type {Reach} from './reach.ts';
import {overStream, reasonOf} from './stream.ts';

export type ZookeeperAnswer = {
	mode: 'leader' | 'follower' | 'standalone' | 'not-serving' | 'unreachable';
	/** For a sentence after the host's name. */
	detail: string;
};

/**
 * What one ZooKeeper server is at this moment. Asks `srvr`, for it is the only word that is never off and, unlike
 * `ruok`, says no without a quorum. Never rejects.
 */
export async function askZookeeper(hostName: string, reach: Reach): Promise<ZookeeperAnswer> {
	try {
		return read(await overStream(reach, hostName, ports.zookeeper, converse));
	} catch (error) {
		return {mode: 'unreachable', detail: reasonOf(error)};
	}
}

async function converse(stream: Duplex): Promise<string> {
	// The server closes after its answer; closing our half first could reach it before the word does.
	stream.write('srvr');
	let text = '';
	for await (const chunk of stream as AsyncIterable<Buffer>) {
		text += chunk.toString('utf8');
		if (text.length > 65_536) throw new Error('port 2181 answers, but not as ZooKeeper does');
	}
	return text;
}

function read(text: string): ZookeeperAnswer {
	const mode = /^Mode: (\S+)$/m.exec(text)?.[1];
	if (mode === 'leader' || mode === 'follower' || mode === 'standalone') return {mode, detail: mode};
	if (mode) return {mode: 'not-serving', detail: `runs in mode ${mode}`};
	const said = text.trim().split('\n')[0];
	if (!said) return {mode: 'not-serving', detail: 'closed the connection without an answer'};
	return {mode: 'not-serving', detail: `says "${said.slice(0, 200)}"`};
}
