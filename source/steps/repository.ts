import {SetupError} from '../cluster/setup-error.ts';
import {file} from './file.ts';
import {checkedName, checkedUrl} from './names.ts';
import type {Script} from './script.ts';

type RepositoryStep = {id: string; baseurl: string; gpgkey?: string | undefined; unsigned?: boolean | undefined};

/**
 * A repository file for dnf. Packages are signature-checked unless the repository is said to be unsigned.
 * @throws SetupError (exit 2)
 */
export function repository(step: RepositoryStep): Script {
	const id = checkedName('repository id', step.id, /^[A-Za-z0-9][A-Za-z0-9._:-]*$/);
	const lines = [`[${id}]`, `name=${id}`, `baseurl=${address(step.baseurl)}`, 'enabled=1', ...signature(step)];
	return file({path: `/etc/yum.repos.d/${id}.repo`, content: `${lines.join('\n')}\n`});
}

function signature({id, gpgkey, unsigned}: RepositoryStep): string[] {
	if (unsigned) return ['gpgcheck=0'];
	if (gpgkey !== undefined) return ['gpgcheck=1', `gpgkey=${address(gpgkey, ['file:'])}`];
	throw new SetupError({
		cause: `The repository ${id} has neither a key nor the word that it is unsigned.`,
		fix: 'Give the address of its public key as gpgkey, or set unsigned: true if you trust the connection.',
		exitCode: 2,
	});
}

// The text goes in as given: dnf puts its own variables ($basearch) in, which a parsed address would escape.
function address(url: string, alsoAllowed: string[] = []): string {
	if (!alsoAllowed.some(protocol => url.startsWith(protocol)) || /[\s\0]/.test(url)) checkedUrl(url);
	return url;
}
