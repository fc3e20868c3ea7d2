import {BlockList, isIPv4} from 'node:net';

/** The address lies in one of the IPv4 ranges; what is no range of that kind is passed over. */
export function inRanges(address: string, ranges: readonly string[]): boolean {
	if (!isIPv4(address)) return false;
	const list = new BlockList();
	for (const range of ranges) {
		const [network = '', prefix = '32'] = range.split('/');
		if (isIPv4(network) && /^([0-9]|[12]\d|3[0-2])$/.test(prefix)) list.addSubnet(network, Number(prefix), 'ipv4');
	}
	return list.check(address, 'ipv4');
}

/** The whole internet, in either version of IP. */
export const isEverywhere = (range: string): boolean => /^(0\.0\.0\.0|::)\/0$/.test(range);

/** Ranges nobody outside a private network has an address in. */
export function isInternal(range: string): boolean {
	return inRanges(range.split('/')[0] ?? '', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10']);
}
