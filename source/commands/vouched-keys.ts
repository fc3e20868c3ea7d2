import type {Cluster} from '../cluster/model.ts';
import {SetupError} from '../cluster/setup-error.ts';
import type {HostKeys} from '../cluster/store.ts';
import type {Listener} from '../pipeline/events.ts';

// One after the other, many hosts would take minutes, and all at once EC2 would ask for patience.
const atOnce = 8;

/**
 * What EC2's consoles say the host keys of instances are that this computer has not seen yet, by host name. Without an
 * answer of EC2 nobody vouches for any; that is told as a note. `silence`: why EC2 does not answer, where that is known.
 */
export async function vouchedKeys(
	cluster: Cluster,
	pinned: HostKeys,
	emit: Listener,
	silence?: string,
): Promise<Map<string, string[]>> {
	const {region, profile} = cluster;
	const hosts = cluster.hosts.filter(({name, instance}) => instance && pinned.get(name) === undefined);
	if (hosts.length === 0) return new Map();
	const without = (reason: string): Map<string, string[]> => {
		emit({event: 'note', text: `The EC2 consoles cannot vouch for host keys: ${reason}`});
		return new Map();
	};
	if (silence !== undefined) return without(silence);
	const {consoleFingerprints} = await import('../discovery/console-keys.ts');
	const groups = Array.from({length: atOnce}, (_, n) => hosts.filter((_host, i) => i % atOnce === n));
	try {
		const answers = await Promise.all(
			groups
				.map(group => group.flatMap(({instance}) => instance ?? []))
				.filter(ids => ids.length > 0)
				.map(ids => consoleFingerprints(ids, {region, profile})),
		);
		const byInstance = new Map(answers.flat().map(({instance, fingerprints}) => [instance, fingerprints]));
		return new Map(hosts.map(({name, instance = ''}) => [name, byInstance.get(instance) ?? []]));
	} catch (error) {
		if (!(error instanceof SetupError)) throw error;
		return without(error.reason);
	}
}
