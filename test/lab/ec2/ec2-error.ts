// Stand-in for Amazon EC2: part of the lab, no part of the product.

/** An error with a code of the EC2 API. */
export class Ec2Error extends Error {
	readonly code: string;
	readonly status: number;

	constructor(code: string, message: string, status = statuses[code] ?? 400) {
		super(message);
		this.code = code;
		this.status = status;
	}
}

const statuses: Record<string, number> = {
	AuthFailure: 401,
	UnauthorizedOperation: 403,
	DryRunOperation: 412,
	InternalError: 500,
	RequestLimitExceeded: 503,
	Unavailable: 503,
};
