import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {execa} from 'execa';
import type {Lab} from '../lab/lab.ts';
import {inNetwork, rerun} from './bench-lab.ts';
import {interleaved, median, type Result} from './measure.ts';

const roundTrip = 0.05;

const farNamespace = (namespace: string, name: 'near' | 'far') => `${namespace}-${name}`;

/** What is left of a measurement that was killed; its carriers ended with it. */
export async function removeFarNetworks(namespace: string): Promise<void> {
	for (const name of ['near', 'far'] as const)
		await execa('ip', ['netns', 'del', farNamespace(namespace, name)], {reject: false});
}

/** A network whose only way to the lab takes `seconds` each way. */
async function farNetwork(lab: Lab, name: 'near' | 'far', address: string, seconds: number) {
	const namespace = farNamespace(lab.namespace, name);
	await execa('ip', ['netns', 'add', namespace]);
	const carrier = spawn(
		'setpriv',
		[
			'--pdeathsig',
			'KILL',
			'python3',
			join(import.meta.dirname, 'delay.py'),
			lab.namespace,
			namespace,
			address,
			`${seconds}`,
		],
		{stdio: ['pipe', 'pipe', 'inherit']},
	);
	const ended = once(carrier, 'exit');
	await Promise.race([
		once(carrier.stdout, 'data'),
		ended.then(() => {
			throw new Error('The delayed network did not come up; its words are above.');
		}),
	]);
	return {
		namespace,
		async down(): Promise<void> {
			carrier.stdin.end();
			await ended;
			await execa('ip', ['netns', 'del', namespace], {reject: false});
		},
	};
}

/** What 50 ms to every host add to a re-run, beside what they add to logging in. */
export async function delayRoundTrips(lab: Lab, file: string): Promise<Result> {
	const login = lab.host('master-1').sshCommand(['-o', 'BatchMode=yes'], ['true']);
	// The same way without a wait, so that the carrier's own time counts on neither side.
	await removeFarNetworks(lab.namespace);
	const near = await farNetwork(lab, 'near', '198.18.0.241', 0);
	const far = await farNetwork(lab, 'far', '198.18.0.242', roundTrip / 2).catch(async error => {
		await near.down();
		throw error;
	});
	try {
		const ssh = (namespace: string) => () => inNetwork(namespace, login);
		const samples = await interleaved(
			{
				rerun_near: () => rerun(lab, file, near.namespace),
				rerun_far: () => rerun(lab, file, far.namespace),
				ssh_near: ssh(near.namespace),
				ssh_far: ssh(far.namespace),
			},
			5,
		);
		const added = (name: 'rerun' | 'ssh') =>
			(median(samples[`${name}_far`]) - median(samples[`${name}_near`])) / roundTrip;
		return {
			key: 'delay_round_trips',
			measure: 'round trips that 50 ms to every host add to the re-run, more than to "ssh host true"',
			value: added('rerun') - added('ssh'),
			goal: {atMost: 4},
			samples,
			note: `added to the re-run ${added('rerun').toFixed(1)}, to ssh ${added('ssh').toFixed(1)} round trips`,
		};
	} finally {
		await Promise.all([near.down(), far.down()]);
	}
}
