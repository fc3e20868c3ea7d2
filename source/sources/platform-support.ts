import {SetupError} from '../cluster/setup-error.ts';
import type {Platform} from './platform.ts';

/** That a host's system gets no security updates any more, as a sentence; undefined while it does. */
export function supportNote({title, supportEnds}: Platform, now: Date): string | undefined {
	if (now.toISOString().slice(0, 10) <= supportEnds) return undefined;
	return `${title} is out of support since ${supportEnds}: no security updates come any more. Plan to move this host to Amazon Linux 2023 or another supported system.`;
}

/** Throws a SetupError (exit 1) for a system that is too old to be offered, unless the user insists (`--allow-unsupported`). */
export function checkSupported({title, supportEnds, unsupported}: Platform, host: string, insists: boolean): void {
	if (!unsupported || insists) return;
	throw new SetupError({
		host,
		cause: `The host runs ${title}, which got its last security update before ${supportEnds}.`,
		fix: 'Use hosts with a supported system, or run again with --allow-unsupported if you know what you do.',
		exitCode: 1,
	});
}
