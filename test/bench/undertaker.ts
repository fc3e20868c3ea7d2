// A program of its own: takes the labs of a bench down once the bench is over, even when it was killed.
import {once} from 'node:events';
import {down} from '../lab/lab.ts';
import {labNames} from '../lab/names.ts';
import {removeFarNetworks} from './delay.ts';
import {measurements} from './measurements.ts';

// The other end is the bench's: it closes when there is no bench any more.
process.stdin.resume();
await once(process.stdin, 'end');
for (const name of new Set(measurements.flatMap(({labs}) => labs))) {
	await removeFarNetworks(labNames(name).namespace);
	await down(name, () => {});
}
