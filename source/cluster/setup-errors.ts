import type {SetupError} from './setup-error.ts';

/** Several things are wrong with the input at once: all are told, so that one correction is enough. Never empty. */
export class SetupErrors extends Error {
	readonly errors: readonly [SetupError, ...SetupError[]];
	readonly exitCode = 2;

	constructor(errors: readonly [SetupError, ...SetupError[]]) {
		super(errors.map(error => error.message).join('\n'));
		this.name = 'SetupErrors';
		this.errors = errors;
	}
}

/** Throws what was found: nothing, the one error, or all of them together. */
export function throwFound(found: readonly SetupError[]): void {
	const [first, ...rest] = found;
	if (first) {
		throw rest.length === 0 ? first : new SetupErrors([first, ...rest]);
	}
}
