/** Ports of the cluster's daemons and whose they are. */
export const daemonPorts: ReadonlyMap<number, string> = new Map([
	[2181, 'ZooKeeper'],
	[2888, 'ZooKeeper'],
	[3888, 'ZooKeeper'],
	[5050, 'mesos-master'],
	[5051, 'mesos-agent'],
	[8080, 'Marathon'],
	[8081, 'Chronos'],
	// Where the Mesos master calls the two frameworks back.
	[8090, 'Marathon'],
	[8091, 'Chronos'],
]);

export type PortRange = {first: number; last: number};

/** Ranges of `4000-5000,7000-8000`; throws a RangeError whose message completes "port_ranges …". */
export function parsePortRanges(text: string): PortRange[] {
	return text.split(',').map(part => {
		const [, first, last] = /^\s*(\d{1,5})\s*-\s*(\d{1,5})\s*$/.exec(part) ?? [];
		const range = {first: Number(first), last: Number(last)};
		if (first === undefined || range.first < 1 || range.last > 65_535) {
			throw new RangeError('is not a list of ranges between 1 and 65535');
		}
		if (range.first > range.last) {
			throw new RangeError(`has the range ${part.trim()}, which runs backwards`);
		}
		return range;
	});
}
