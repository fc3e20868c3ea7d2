import {regionOf} from '../discovery/aws.ts';
import type {Candidate} from '../discovery/candidate.ts';
import {discover, type Filters} from '../discovery/ec2.ts';
import {errorEvent} from '../pipeline/error-event.ts';
import {judgeProcessors} from '../sources/fitness.ts';
import {instanceTable} from './instance-table.ts';
import type {CommandOptions} from './options.ts';
import type {Run} from './verb.ts';

/** Short names of the filters that are asked for most; all of EC2's own work, too. */
const names: Record<string, string> = {
	state: 'instance-state-name',
	vpc: 'vpc-id',
	subnet: 'subnet-id',
	zone: 'availability-zone',
	key: 'key-name',
	type: 'instance-type',
	name: 'tag:Name',
	cluster: 'tag:mesos-setup:cluster',
};

function toFilters(wanted: Filters): Filters {
	return Object.fromEntries(Object.entries(wanted).map(([name, values]) => [names[name] ?? name, values]));
}

/** A cluster of which nobody has said anything yet: the catalog's software, and all of it. */
const unsaid = {sources: {}, frameworks: {marathon: true, chronos: true}};

/** The regions that will be asked, each once. Throws a SetupError (exit 2) for what is none. */
async function regionsOf({profile, region}: CommandOptions): Promise<string[]> {
	const wanted = region?.split(',').map(name => name.trim()) ?? [undefined];
	return [...new Set(await Promise.all(wanted.map(name => regionOf({profile, region: name}))))];
}

/** The instances of one or more regions that could become hosts, and why the others could not. Asks EC2 only, no host. */
export async function run(options: CommandOptions, _args: string[], {emit, signal, streams}: Run): Promise<number> {
	const {profile, filter, json, color} = options;
	const began = Date.now();
	const onNote = (text: string) => emit({event: 'note', text});
	const regions = await regionsOf(options);
	const filters = toFilters(filter);
	const answers = await Promise.allSettled(regions.map(region => discover({profile, region, filters, signal, onNote})));
	const problems = answers.flatMap(answer => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
	// One region that says no must not hide the others; where it is the only one, its error is the answer.
	if (problems.length === regions.length) throw problems[0];
	for (const problem of problems) emit(errorEvent(problem));
	const found = answers.flatMap(answer => (answer.status === 'fulfilled' ? answer.value : []));
	const candidates = judgeProcessors(found, unsaid);
	for (const candidate of candidates) emit({event: 'instance', ...candidate});
	if (json) emit({event: 'summary', hosts: {}, changed: 0, failed: problems.length, ms: Date.now() - began});
	else streams.stdout.write(`${describe(candidates, regions, Object.keys(filter).length > 0, color)}\n`);
	return problems.length > 0 ? 1 : 0;
}

function describe(
	candidates: readonly Candidate[],
	regions: readonly string[],
	filtered: boolean,
	color: boolean,
): string {
	const where = regions.join(', ');
	if (candidates.length === 0) {
		const why = filtered ? `No instances in ${where} pass the filters.` : `There are no instances in ${where}.`;
		return `${why} Another region is named with --region.`;
	}
	const able = candidates.filter(({unsuitable}) => unsuitable === undefined);
	const of = `${candidates.length} instance${candidates.length === 1 ? '' : 's'} in ${where}`;
	const vpcs = new Set(able.map(({vpc}) => vpc)).size;
	const apart = vpcs > 1 ? `\nThey are in ${vpcs} networks (VPCs); the hosts of a cluster belong in one.` : '';
	const reasons = [...new Set(able.flatMap(({slave_only}) => slave_only ?? []))];
	const slaves = reasons.map(reason => `\nSlave only: it ${reason}.`);
	return `${instanceTable(candidates, color)}\n${of}, ${able.length} of them could serve.${slaves.join('')}${apart}`;
}
