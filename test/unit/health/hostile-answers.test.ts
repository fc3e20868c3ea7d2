import {Duplex} from 'node:stream';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {askChronos, askJob} from '../../../source/health/chronos.ts';
import {askGate} from '../../../source/health/gates.ts';
import {askApp, askMarathon, askMarathonInfo, deleteApp, listApps} from '../../../source/health/marathon.ts';
import {
	askAgents,
	askFrameworks,
	askMaster,
	askMasterFlags,
	askVersion,
	whyNotLeading,
} from '../../../source/health/mesos.ts';
import type {Reach} from '../../../source/health/reach.ts';
import {askZookeeper} from '../../../source/health/zookeeper.ts';
import {cluster} from '../cluster/example.ts';

/** A daemon that says this whatever it is asked, in pieces, and hangs up. */
function saying(bytes: Buffer, piece: number): Reach {
	return async () => {
		let from = 0;
		return new Duplex({
			read() {
				const chunk = bytes.subarray(from, from + piece);
				from += piece;
				this.push(chunk.length > 0 ? chunk : null);
			},
			write: (_chunk, _encoding, done) => done(),
		});
	};
}

const body = fc.oneof(
	fc.json(),
	fc.constantFrom(
		'{"get_agents": {"agents": [{"agent_info": null}]}}',
		'{"get_agents": {"agents": [{"agent_info": {"hostname": "\\u001b[2J", "attributes": [{"name": "__proto__"}]}, "active": true}]}}',
		'{"get_health": {"healthy": "yes"}}',
		'{"leader": {"x": 1}}',
		'{"leader": "\\u0000:8080"}',
		'{"app": {"tasks": [null]}}',
		'[{"name": "x", "successCount": "many"}]',
		'{"frameworks": [[]]}',
		'[['.repeat(3000),
	),
	fc.string({unit: 'binary'}),
);
const http = fc
	.tuple(
		fc.constantFrom(
			'200 OK',
			'307 Temporary Redirect',
			'404 x',
			'503 x',
			'204 x',
			'101 Switching',
			'100 Continue',
			'999 x',
			'0 x',
		),
		fc.constantFrom(
			'',
			'Location: //master-1:5050',
			'Location: //\u009b',
			'Location: http://[',
			'Content-Length: 99999',
			'Content-Length: -1',
			'Transfer-Encoding: chunked',
			'Content-Encoding: gzip',
			'X: \u0001',
		),
		body,
	)
	.map(([status, header, text]) => `HTTP/1.1 ${status}\r\n${header}${header && '\r\n'}\r\n${text}`);
const zookeeper = fc.constantFrom(
	'Mode: leader',
	'Mode: \u001b[2J',
	'Mode: leader\nMode: follower',
	'This ZooKeeper instance is not currently serving requests\n',
);
const answer = fc.oneof({weight: 3, arbitrary: http}, fc.string({unit: 'binary', maxLength: 200}), zookeeper);

const prod = cluster(1, 1);
const master = prod.hosts[0];
if (!master) throw new Error('no master');
const {name} = master;

test('no answer of a daemon does more than be told', async () => {
	await fc.assert(
		fc.asyncProperty(answer, fc.integer({min: 1, max: 300}), async (text, piece) => {
			const reach = saying(Buffer.from(text), piece);
			// These promise never to reject.
			for (const opinion of await Promise.all(
				[askMaster, askMarathon, askChronos].map(ask => ask(master, prod, reach)),
			)) {
				expect(['names', 'no-leader', 'unreachable']).toContain(opinion.state);
			}
			expect((await askZookeeper(name, reach)).mode).toMatch(/^[a-z-]+$/);
			await whyNotLeading(name, reach);
			const questions = [
				askAgents(name, reach),
				askMasterFlags(name, reach),
				askVersion(name, reach),
				askFrameworks(name, reach),
				askMarathonInfo(name, reach),
				listApps(name, '/x/', reach),
				askApp(name, '/x', reach),
				deleteApp(name, '/x', reach),
				askJob(name, 'x', reach),
			];
			for (const settled of await Promise.allSettled(questions)) {
				if (settled.status === 'rejected') expect(settled.reason.message).toMatch(/./);
			}
		}),
		{numRuns: 400},
	);
});

test('no gate opens for it', async () => {
	const gates = ['zookeeper-quorum', 'slaves-registered', 'marathon-leader', 'chronos-leader'] as const;
	await fc.assert(
		fc.asyncProperty(body, async text => {
			const reach = saying(Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${text}`), 100);
			for (const gate of gates) expect((await askGate(gate, prod, reach)).open).toBe(false);
		}),
		{numRuns: 200},
	);
});
