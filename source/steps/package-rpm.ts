import {checkedName} from './names.ts';
import {dnfTransaction} from './package-files.ts';
import {quote} from './quote.ts';
import {asScript, inFunction, type Script} from './script.ts';
import type {Artifact, PackageName} from './step.ts';
import {packageLedger, unlessThere} from './wanted-packages.ts';

type Manager = 'dnf' | 'yum';
type Packages = {names: PackageName[]; files?: Artifact[] | undefined};

/** A version is `1.11.0` or `1.11.0-2.amzn2023`. */
export function rpmPackages(step: Packages, manager: Manager, ledger = packageLedger): Script {
	for (const {name, version, unless} of step.names) {
		checkedName('package name', name, /^[A-Za-z0-9/][\w.+:/()-]*$/);
		if (version !== undefined) checkedName('package version', version, /^[A-Za-z0-9][\w.+~^-]*$/);
		if (unless !== undefined) checkedName('command name', unless, /^[\w.+-]+$/);
	}
	// rpm's status counts what is missing; that it could not look is seen only in what it prints.
	const check = inFunction(`
set --
${step.names.map(({name, unless}) => unlessThere(unless, `set -- "$@" ${quote(name)}`)).join('\n')}
[ $# -gt 0 ] || return 0
_o=$(LC_ALL=C rpm -q --whatprovides --qf '%{NAME} %{VERSION}\\n%{NAME} %{VERSION}-%{RELEASE}\\n' "$@" 2>&1) || {
	case "$_o" in error:* | *'
error:'*) printf '%s\\n' "$_o" >&2; return 2 ;; esac
	return 1
}
${step.names.map(({name, version, unless}) => sameVersion(name, version, unless)).join('\n')}
return 0`);
	return {check, apply: apply(step, check, manager, ledger), kill: false, live: true};
}

function sameVersion(name: string, version: string | undefined, unless: string | undefined): string {
	if (version === undefined) return '';
	return unlessThere(
		unless,
		`case "
$_o
" in *${quote(`\n${name} ${version}\n`)}*) ;; *) return 1 ;; esac`,
	);
}

/** Both wait for whoever holds the lock; a second try goes with fresh metadata. */
const transactions: Record<Manager, string> = {
	dnf: `
transaction() {
	dnf -y --setopt=timeout=60 --setopt=retries=10 --setopt=install_weak_deps=False --setopt=exit_on_lock=False "$@"
}
again() { transaction --refresh "$@"; }`,
	yum: `
transaction() { yum -y --setopt=timeout=60 --setopt=retries=10 --setopt=exit_on_lock=0 "$@"; }
again() { yum -q clean expire-cache; transaction "$@"; }`,
};

function apply({names, files}: Packages, check: string, manager: Manager, ledger: string): string {
	// The manager would also update a package that is there already, so only what is missing is named.
	const choose = names.map(({name, version, unless}) =>
		unlessThere(unless, `choose ${quote(name)} ${quote(version === undefined ? name : `${name}-${version}`)}`),
	);
	return asScript(`
chosen=
choose() {
	if [ "$1" = "$2" ]; then
		if rpm -q --whatprovides "$1" > /dev/null 2>&1; then return; fi
	elif rpm -q "$2" > /dev/null 2>&1; then return; fi
	chosen="$chosen $2"
	# Before the transaction: one that is killed half way has left packages as well.
	if ! rpm -q "$1" > /dev/null 2>&1; then printf '%s\\n' "$1" >> "$ledger"; fi
}
ledger=${quote(ledger)}
mkdir -p "\${ledger%/*}"
${choose.join('\n')}
${(files ? dnfTransaction(files) : transactions[manager]).trim()}
if [ -n "$chosen" ]; then
	# A second try with fresh metadata: what is remembered may name files that the repository has replaced since.
	# Names were checked to be single words without a pattern in them.
	transaction install $chosen || again install $chosen
fi
${check} || fail '${manager} has finished without an error, but not all packages are installed in the version asked for.'`);
}
