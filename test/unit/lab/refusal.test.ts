import {expect, test} from 'vitest';
import {labRefusal, type Machine} from '../../lab/refusal.ts';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_CODENAME=bookworm\n';
const machine: Machine = {platform: 'linux', arch: 'x64', uid: 0, osRelease: debian};

test.each<[Partial<Machine>, string]>([
	[{platform: 'darwin', uid: 501}, 'The lab needs Linux; this computer runs darwin.'],
	[{uid: 1000}, 'The lab needs root'],
	[{osRelease: 'PRETTY_NAME="Ubuntu 24.04"\nID=ubuntu\nID_LIKE=debian\n'}, 'this machine runs Ubuntu 24.04.'],
	[{osRelease: debian.replaceAll('bookworm', 'trixie')}, 'of Debian 12 (bookworm)'],
	[{osRelease: ''}, 'this machine runs an unknown system.'],
	[{arch: 'arm64'}, 'this machine is arm64.'],
])('%j is refused in one sentence', (difference, reason) => {
	const refusal = labRefusal({...machine, ...difference});
	expect(refusal).toContain(reason);
	expect(refusal).not.toContain('\n');
});
