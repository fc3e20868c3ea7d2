/** What stands on every screen and in every line while the hosts are none: the demo's, where no lab can run, sets the variable. */
export function simulationMark(env: NodeJS.ProcessEnv): string | undefined {
	return env.MESOS_SETUP_SIMULATED ? 'SIMULATED' : undefined;
}

/** `text` with the mark before each of its lines. */
export function marked(text: string, mark: string | undefined): string {
	return mark === undefined ? text : text.replace(/^/gm, `${mark}  `);
}
