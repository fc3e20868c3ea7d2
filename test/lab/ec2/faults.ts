// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {Ec2Error} from './ec2-error.ts';

/** What goes wrong on demand; `PUT /lab/faults` with this as JSON replaces what was set before, `{}` ends all. */
export type Faults = {
	/** Code of the error requests are answered with, e.g. `RequestLimitExceeded`, `RequestExpired`, `UnauthorizedOperation`. */
	code?: string;
	/** Only requests for this action. */
	action?: string;
	/** Only so many requests; without it all. */
	times?: number;
	/** So many running instances more than there are hosts, for answers of several pages. */
	extra?: number;
	/** Says this instead of XML, with status 500, as a proxy in between would. */
	body?: string;
};

const messages: Record<string, string> = {
	RequestLimitExceeded: 'Request limit exceeded.',
	RequestExpired: 'Request has expired.',
	ExpiredToken: 'The security token included in the request is expired',
	UnauthorizedOperation: 'You are not authorized to perform this operation.',
	AuthFailure: 'AWS was not able to validate the provided access credentials',
	OptInRequired: 'You are not subscribed to this service.',
};

/** The error this request meets, if any; counts it. */
export function nextFault(faults: Faults, action: string): Ec2Error | undefined {
	const {code, times} = faults;
	if (code === undefined || (faults.action !== undefined && faults.action !== action) || times === 0) return undefined;
	if (times !== undefined) faults.times = times - 1;
	return new Ec2Error(code, messages[code] ?? 'The lab was told to answer so.');
}
