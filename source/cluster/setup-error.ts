/** What went wrong in words an operator can act on; every error a user meets is one of these. */
export class SetupError extends Error {
	readonly reason: string;
	/** What to do about it, a whole sentence. */
	readonly fix: string;
	readonly host: string | undefined;
	/** The field of the cluster file or the flag the error is about, e.g. `hosts[2].private_ip`. */
	readonly field: string | undefined;
	/** Process exit code: 2 when nothing was touched and the input is at fault, 1 for what a host or provider answered. */
	readonly exitCode: 1 | 2;

	constructor(problem: {
		cause: string;
		fix: string;
		host?: string | undefined;
		field?: string | undefined;
		exitCode: 1 | 2;
		error?: unknown;
	}) {
		const where = [problem.host, problem.field].filter(Boolean).join(' ');
		super(`${where ? `${where}: ` : ''}${problem.cause} ${problem.fix}`, {cause: problem.error});
		this.name = 'SetupError';
		this.reason = problem.cause;
		this.fix = problem.fix;
		this.host = problem.host;
		this.field = problem.field;
		this.exitCode = problem.exitCode;
	}
}
