import type {LabHost} from './host.ts';

/**
 * Where the runner finds it before the real one: the first apply of a run is done, the second waits until its controller is dead
 * and then does nothing. So each run that is killed leaves a host exactly one step further. With /run/hold every apply waits
 * until that file is gone.
 */
const gate = `#!/bin/sh
for script; do :; done
dir=\${script%/*}
if [ -e /run/one-apply ] && ! mkdir "$dir/one" 2>/dev/null; then
	exec /usr/bin/setsid sh -c 'until [ -e "$0/orphan" ]; do sleep 0.02; done; exit 1' "$dir"
fi
if [ -e /run/hold ]; then
	exec /usr/bin/setsid sh -c 'while [ -e /run/hold ]; do sleep 0.02; done; exec "$@"' held "$@"
fi
exec /usr/bin/setsid "$@"
`;

type Pace = 'one-apply' | 'hold' | 'free';

/** From now on the host applies one step a run, holds every step, or is free again. */
export async function pace(host: LabHost, wanted: Pace): Promise<void> {
	const file = '/usr/local/sbin/setsid';
	const script = `rm -f /run/one-apply /run/hold; ${wanted === 'free' ? '' : `: >/run/${wanted}; `}
		cat >${file}.new; chmod 755 ${file}.new; mv -f ${file}.new ${file}`;
	const result = await host.exec(script, {input: gate});
	if (result.failed) throw new Error(`${host.name}: ${result.stderr}`);
}
