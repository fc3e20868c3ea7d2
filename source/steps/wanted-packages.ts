/** Where a host remembers the packages it had not before, one name a line, so that a reset can take them away again. */
export const packageLedger = '/var/lib/mesos-setup/packages';

/** Text to run only where the command that stands for a package does not exist yet. */
export function unlessThere(unless: string | undefined, body: string): string {
	return unless === undefined ? body : `command -v ${unless} > /dev/null 2>&1 || ${body}`;
}
