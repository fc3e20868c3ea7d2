/**
 * A step as the runner takes it: shell text only, nothing about its kind. All three texts are POSIX sh (dash, bash,
 * busybox) and see the shell functions of source/remote/runner.sh's preamble, if any.
 */
export type CompiledStep = {
	title: string;
	/**
	 * Evaluated in the runner's own shell in a way that survives any outcome: sets no variables but `_*`, never calls
	 * `exit`, reads nothing from stdin. Status 0 complies, 1 does not (a missing package, user or unit included), else an error.
	 */
	check: string;
	/** Run as a script of its own under `sh -eu`, stdin from /dev/null, output to a root-only file. */
	apply: string;
	/**
	 * For plan: prints what is there now and what would be there, as two base64 blobs on two lines (empty line: does
	 * not exist). Absent where there is no text to compare.
	 */
	show?: string | undefined;
	/** Milliseconds. */
	timeout: number;
	/** After the timeout's TERM, may KILL follow? Never for a package transaction. */
	kill: boolean;
	secret: boolean;
	/** Worth following live (downloads, package transactions). */
	live: boolean;
	/**
	 * For a service: prints one word after a failed check, `running` or `stopped`, so that the controller knows
	 * whether apply will restart something that serves.
	 */
	state?: string | undefined;
};
