import {SetupError} from '../cluster/setup-error.ts';
import {file} from './file.ts';
import {checkedName, checkedUrl} from './names.ts';
import {quote} from './quote.ts';
import {asScript, type Script} from './script.ts';
import type {System} from './system.ts';

type RepositoryStep = {
	id: string;
	baseurl: string;
	gpgkey?: string | undefined;
	unsigned?: boolean | undefined;
	/** For apt only. */
	suite?: string | undefined;
};

/**
 * A repository the package manager knows. Packages are signature-checked unless the repository is said to be unsigned.
 * @throws SetupError (exit 2)
 */
export function repository(step: RepositoryStep, system: System): Script {
	const id = checkedName('repository id', step.id, /^[A-Za-z0-9][A-Za-z0-9._:-]*$/);
	if (!step.unsigned && step.gpgkey === undefined) {
		throw new SetupError({
			cause: `The repository ${id} has neither a key nor the word that it is unsigned.`,
			fix: 'Give the address of its public key as gpgkey, or set unsigned: true if you trust the connection.',
			exitCode: 2,
		});
	}
	if (system.packages === 'apt') return aptRepository(step, system);
	const signature = step.unsigned ? ['gpgcheck=0'] : ['gpgcheck=1', `gpgkey=${address(step.gpgkey ?? '', ['file:'])}`];
	const lines = [`[${id}]`, `name=${id}`, `baseurl=${address(step.baseurl)}`, 'enabled=1', ...signature];
	return file({path: listOf(id, system), content: `${lines.join('\n')}\n`});
}

const keyOf = (id: string) => `/etc/apt/keyrings/${id.replaceAll(':', '_')}.asc`;

function listOf(id: string, {packages: manager}: System): string {
	// apt passes over files whose names hold anything but letters, digits, dashes, underscores and dots.
	if (manager === 'apt') return `/etc/apt/sources.list.d/${id.replaceAll(':', '_')}.sources`;
	return `/etc/yum.repos.d/${id}.repo`;
}

/** Every file the step may write. */
export function repositoryFiles({id}: Pick<RepositoryStep, 'id'>, system: System): string[] {
	return [listOf(id, system), ...(system.packages === 'apt' ? [keyOf(id)] : [])];
}

/**
 * The repository as apt is told of it. The key is the repository's alone: what is signed by another repository's key is not
 * accepted from this one.
 * @param key the file it is in
 * @throws SetupError (exit 2)
 */
export function aptList(step: RepositoryStep, system: System, key: string): string {
	const suite = checkedName('suite', step.suite ?? system.suite ?? './', /^[\w.][\w./-]*$/);
	const lines = [
		'Types: deb',
		`URIs: ${address(step.baseurl)}`,
		`Suites: ${suite}`,
		// A suite that is a folder holds its packages itself.
		...(suite.endsWith('/') ? [] : ['Components: main']),
	];
	if (step.unsigned) return `${[...lines, 'Trusted: yes'].join('\n')}\n`;
	// Another address means another key, so the list says which one it is about.
	return `${[`# key: ${address(step.gpgkey ?? '', ['file:'])}`, ...lines, `Signed-By: ${key}`].join('\n')}\n`;
}

function aptRepository(step: RepositoryStep, system: System): Script {
	const key = keyOf(step.id);
	const list = file({path: listOf(step.id, system), content: aptList(step, system, key)});
	if (step.unsigned) return list;
	const gpgkey = address(step.gpgkey ?? '', ['file:']);
	return {...list, check: `${list.check} && [ -s ${quote(key)} ]`, apply: `${fetchKey(gpgkey, key)}${list.apply}`};
}

/** apt takes keys in ASCII from a file called so; publishers offer both forms. */
function fetchKey(url: string, path: string): string {
	const get = url.startsWith('file:')
		? `cat -- ${quote(decodeURI(new URL(url).pathname))} > "$key" || fail 'There is no readable key at ${url}.'`
		: `command -v curl > /dev/null 2>&1 || fail 'There is no curl on this host, so the key of the repository cannot be fetched.'
curl --silent --show-error --fail --location --globoff --proto '=http,https' --retry 5 --connect-timeout 20 --max-time 120 \\
	-o "$key" --config - << 'END' || fail ${quote(`The key of the repository could not be fetched from ${shown(url)} (see the error above).`)}
url = "${url}"
END`;
	return asScript(`
umask 022
mkdir -p ${quote(path.slice(0, path.lastIndexOf('/')))}
key=${quote(path)}.new
trap 'rm -f "$key"' EXIT
${get}
if ! grep -q -a -e '-----BEGIN PGP PUBLIC KEY BLOCK-----' "$key"; then
	case $(head -c 1 "$key" | od -An -tx1) in *9[89] | *c6) ;; *) fail ${quote(`${shown(url)} gives something that is no public key.`)} ;; esac
	{
		printf '%s\\n\\n' '-----BEGIN PGP PUBLIC KEY BLOCK-----'
		base64 "$key"
		printf '%s\\n' '-----END PGP PUBLIC KEY BLOCK-----'
	} > "$key.asc"
	mv -f "$key.asc" "$key"
fi
sync -- "$key"
mv -f -T -- "$key" ${quote(path)}`);
}

/** Without the credentials it may carry. */
function shown(url: string): string {
	const {origin, pathname, href} = new URL(url);
	return origin === 'null' ? href : `${origin}${pathname}`;
}

// The text goes in as given: dnf puts its own variables ($basearch) in, which a parsed address would escape.
function address(url: string, alsoAllowed: string[] = []): string {
	if (!alsoAllowed.some(protocol => url.startsWith(protocol)) || /[\s\0]/.test(url)) checkedUrl(url);
	return url;
}
