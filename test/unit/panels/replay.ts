// Plays a recorded run in a real terminal: node replay.ts BUILD RECORDING SPEED [HOLD]. Stops at the event number HOLD
// until it gets SIGUSR2. BUILD is the folder the program was built into: Node does not run .tsx.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import type * as Look from '../../../source/panels/look.ts';
import type * as Store from '../../../source/panels/run-store.ts';
import type * as Show from '../../../source/panels/show-run.tsx';
import type {RunEvent} from '../../../source/pipeline/events.ts';

process.env.NODE_ENV = 'production';
const [build = '', recording = '', speed = '1', hold = '0'] = process.argv.slice(2);
const load = (name: string) => import(join(build, 'source/panels', name));
const {lookFor}: typeof Look = await load('look.js');
const {createRunStore}: typeof Store = await load('run-store.js');
const {showRun}: typeof Show = await load('show-run.js');

const events = readFileSync(recording, 'utf8')
	.trim()
	.split('\n')
	.map(line => JSON.parse(line) as [number, RunEvent]);
const names = [...new Set(events.flatMap(([, event]) => (event.event === 'host' ? [event.host] : [])))];
const store = createRunStore({
	hosts: names.map(name => ({name, role: name.startsWith('master') ? 'master' : 'slave'})),
	gates: ['zookeeper-quorum', 'mesos-leader', 'slaves-registered', 'marathon-leader', 'chronos-leader'],
});
const stop = new AbortController();
const shown = showRun({
	title: 'apply lab',
	store,
	look: lookFor(process.env, !process.env.NO_COLOR),
	logPath: '/home/me/.local/share/mesos-setup/logs/2026-11-23-apply.log',
	streams: process,
	onInterrupt: () => {
		if (stop.signal.aborted) process.exit(130);
		store.notice(
			'Stopping: the steps in hand end first. Once more to leave at once. The same command goes on from here.',
		);
		stop.abort();
	},
	onBroken: error => {
		console.error(error);
		process.exit(1);
	},
});
process.on('uncaughtException', error => {
	shown.close();
	console.error(`crashed: ${error.message}`);
	process.exit(1);
});
if (hold === 'crash')
	setTimeout(() => {
		throw new Error('on purpose');
	}, 500);
const goOn = Promise.withResolvers<void>();
process.once('SIGUSR2', () => goOn.resolve());
if (hold === 'crash') {
	store.subscribe(() => {
		throw new Error('on purpose');
	});
}
let before = 0;
for (const [i, [at, event]] of events.entries()) {
	if (i === Number(hold) && i > 0) {
		// A promise alone keeps no process alive.
		const alive = setInterval(() => {}, 1000);
		await Promise.race([goOn.promise, new Promise(resolve => stop.signal.addEventListener('abort', resolve))]);
		clearInterval(alive);
	}
	const pause = (at - before) / Number(speed);
	if (pause >= 1) await after(pause);
	if (pause >= 1) before = at;
	store.take(event);
	if (stop.signal.aborted && i > Number(hold)) break;
}
shown.close();
console.log('the run is over');
process.exit(0);
