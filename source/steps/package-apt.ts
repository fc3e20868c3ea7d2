import {checkedName} from './names.ts';
import {aptPlaces} from './package-files.ts';
import {quote} from './quote.ts';
import {asScript, inFunction, type Script} from './script.ts';
import {startPolicy} from './start-policy.ts';
import type {Artifact, PackageName} from './step.ts';
import {packageLedger, unlessThere} from './wanted-packages.ts';

type Options = {
	/** Seconds to wait for another package manager to end. */
	patience: number;
	ledger?: string;
	/** Where Debian's packages look whether they may start their daemons. */
	policy?: string;
	/** Where files out of a bundle wait. */
	folder?: string;
};

type Packages = {names: PackageName[]; files?: Artifact[] | undefined};

/** A version is `1.11.0`, which any revision of it satisfies, or a whole one with epoch and revision. */
export function aptPackages(step: Packages, options: Options): Script {
	for (const {name, version, unless} of step.names) {
		// A minus sign at the end would take the package away.
		checkedName('package name', name, /^[a-z0-9][a-z0-9.+-]*(?<!-)(:[a-z0-9]+)?$/);
		if (version !== undefined) checkedName('package version', version, /^[A-Za-z0-9][\w.+~:-]*$/);
		if (unless !== undefined) checkedName('command name', unless, /^[\w.+-]+$/);
	}
	// Held packages count as what they are: installed. What only its configuration is left of does not.
	const check = inFunction(`
set --
${step.names.map(({name, unless}) => unlessThere(unless, `set -- "$@" ${name}`)).join('\n')}
[ $# -gt 0 ] || return 0
_o=$(LC_ALL=C dpkg-query -W -f '\${db:Status-Status} \${Package} \${Version}\\n' "$@" 2>&1)
case $? in 0) ;; 1) return 1 ;; *) printf '%s\\n' "$_o" >&2; return 2 ;; esac
_o="
$_o
"
${step.names.map(({name, version, unless}) => unlessThere(unless, isThere(name, version))).join('\n')}
return 0`);
	return {check, apply: apply(step, check, options), kill: false, live: true};
}

/** Patterns of whole versions that satisfy the one asked for; `end` is what follows a version there. */
function versions(version: string, end = ''): string {
	const text = quote(version);
	return [`${text}${end}`, `${text}-*`, `[0-9]:${text}${end}`, `[0-9]:${text}-*`].join(' | ');
}

function isThere(name: string, version: string | undefined): string {
	const start = quote(`\ninstalled ${name.replace(/:.*/, '')} `);
	const wanted =
		version === undefined
			? `*${start}*`
			: versions(version, `${quote('\n')}*`)
					.split(' | ')
					.map(pattern => `*${start}${pattern}`)
					.join(' | ');
	return `case $_o in ${wanted}) ;; *) return 1 ;; esac`;
}

function apply({names, files}: Packages, check: string, options: Options): string {
	const {patience, ledger = packageLedger, policy, folder} = options;
	const choose = names.map(({name, version, unless}) =>
		unlessThere(
			unless,
			version === undefined
				? `is_there ${name} || chosen="$chosen ${name}"`
				: `is_there ${name} ${quote(version)} || asked="$asked ${name}=${version}"`,
		),
	);
	const downgrade = names.some(({version}) => version !== undefined) ? ' --allow-downgrades' : '';
	return asScript(`
export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 LC_ALL=C
fits() { case $1 in $2 | $2-* | [0-9]:$2 | [0-9]:$2-*) ;; *) return 1 ;; esac; }
is_there() {
	there=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' "$1" 2> /dev/null) || return 1
	case $there in 'installed '*) [ $# -lt 2 ] || fits "\${there#* }" "$2" ;; *) return 1 ;; esac
}
apt() {
	apt-get -q -y -o DPkg::Lock::Timeout=${patience} -o Acquire::Retries=5 -o Acquire::http::Timeout=60 -o Acquire::https::Timeout=60 \\
		-o APT::Update::Error-Mode=any -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \\
		$places "$@"
}
# The lists have a lock of their own, for which apt does not wait.
update() {
	waited=0
	while :; do
		code=0
		said=$(apt update 2>&1) || code=$?
		printf '%s\\n' "$said"
		case $code,$said in 0,*) return 0 ;; *'Could not get lock'*) ;; *) return "$code" ;; esac
		[ "$waited" -lt ${patience} ] || return "$code"
		sleep 5
		waited=$((waited + 5))
	done
}
exact() {
	for found in $(apt-cache $places madison "\${1%%=*}" | sed 's/^[^|]*| *\\([^ |]*\\) .*/\\1/'); do
		if fits "$found" "\${1#*=}"; then chosen="$chosen \${1%%=*}=$found"; return; fi
		known="$known $found"
	done
	fail "${files ? 'The bundle does not have' : 'No repository of this host has'} \${1%%=*} in version \${1#*=}; there is:\${known:- nothing of that name}."
}
install() {
	# Before the transaction: one that is killed half way has left packages as well.
	apt -s install --no-install-recommends --no-remove${downgrade} $chosen | sed -n 's/^Inst \\([^ ]*\\) (.*/\\1/p' >> "$ledger"
	said=$(mktemp)
	{ code=0; apt install --no-install-recommends --no-remove${downgrade} $chosen 2>&1 || code=$?; printf '%s\\n' "$code" > "$said"; } | tee "$said.text"
	code=$(cat "$said")
	interrupted=; grep -q 'dpkg was interrupted' "$said.text" && interrupted=1
	rm -f "$said" "$said.text"
}
chosen= asked= known= places=
ledger=${quote(ledger)}
mkdir -p "\${ledger%/*}"
${choose.join('\n')}
if [ -n "$chosen$asked" ]; then
${files ? aptPlaces(files, folder).trim() : ''}
${startPolicy(policy)}
	# A list that cannot be had may be of a repository that is not needed.
	update || printf 'Not all lists of packages could be fetched; going on with those there are.\\n'
	for one in $asked; do known=; exact "$one"; done
	install
	if [ "$code" -ne 0 ] && [ -n "$interrupted" ]; then
		dpkg --force-confdef --force-confold --configure -a
		install
	fi
	[ "$code" -eq 0 ] || exit "$code"
fi
${check} || fail 'apt has finished without an error, but not all packages are installed in the version asked for.'`);
}
