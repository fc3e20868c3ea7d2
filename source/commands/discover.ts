import {marked} from '../cluster/simulated.ts';
import {regionOf} from '../discovery/aws.ts';
import type {Candidate} from '../discovery/candidate.ts';
import {discover} from '../discovery/ec2.ts';
import {instanceTable} from './instance-table.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** The instances of a region that could become hosts, and why the others could not. Asks EC2 only, no host; changes nothing. */
export async function run(options: CommandOptions, _args: string[], {emit, signal, streams}: Run): Promise<number> {
	const {profile, filter, json, color} = options;
	const began = Date.now();
	const onNote = (text: string) => emit({event: 'note', text});
	const region = await regionOf({profile, region: options.region});
	const candidates = await discover({profile, region, filters: filter, signal, onNote});
	for (const candidate of candidates) emit({event: 'instance', ...candidate});
	if (json) emit({event: 'summary', hosts: {}, changed: 0, failed: 0, ms: Date.now() - began});
	else {
		const told = describe(candidates, region, Object.keys(filter).length > 0, color);
		streams.stdout.write(`${marked(told, options.mark)}\n`);
	}
	return 0;
}

function describe(candidates: readonly Candidate[], region: string, filtered: boolean, color: boolean): string {
	if (candidates.length === 0) {
		const why = filtered ? `No instances in ${region} pass the filters.` : `There are no instances in ${region}.`;
		return `${why} Another region is named with --region.`;
	}
	const able = candidates.filter(({unsuitable}) => unsuitable === undefined).length;
	const of = `${candidates.length} instance${candidates.length === 1 ? '' : 's'} in ${region}`;
	return `${instanceTable(candidates, color)}\n${of}, ${able} of them could serve.`;
}
