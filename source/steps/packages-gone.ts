import {quote} from './quote.ts';
import {asScript, inFunction, type Script} from './script.ts';
import {withoutStartPolicy} from './start-policy.ts';
import type {System} from './system.ts';
import {packageLedger} from './wanted-packages.ts';

type Removal = {first?: {packages: string[]; script: string} | undefined};

/** Takes away what the ledger says was installed by this tool, as far as nothing else needs it by now; the rest stays. */
export function packagesGone({first}: Removal, {packages: manager}: System, ledger = packageLedger): Script {
	return {
		check: inFunction(`! [ -s ${quote(ledger)} ]`),
		apply: asScript(`
ledger=${quote(ledger)}
${first ? beforehand(first) : ''}
${manager === 'apt' ? aptRemoval : rpmRemoval.replaceAll('MANAGER', manager)}
rm -f "$ledger"`),
		kill: false,
		live: true,
	};
}

/** The script must not fail. */
function beforehand({packages, script}: NonNullable<Removal['first']>): string {
	return `if grep -qx ${packages.map(name => `-e ${quote(name)}`).join(' ')} "$ledger"; then\n${script}\nfi`;
}

const rpmRemoval = `
sort -u "$ledger" | xargs rpm -q --qf '%{NAME}\\n' 2> /dev/null | grep -v 'not installed' > "$ledger.now" || :
if [ -s "$ledger.now" ]; then xargs MANAGER -y remove < "$ledger.now"; fi
rm -f "$ledger.now"`.trim();

/**
 * The ledger names dependencies as well, which something else may need since. So all of it is declared to be there for others'
 * sake only, and of what apt then finds superfluous exactly that goes which is in the ledger.
 */
const aptRemoval = `
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C
${withoutStartPolicy()}
installed=$(sort -u "$ledger" | xargs dpkg-query -W -f '\${db:Status-Status} \${Package}\\n' 2> /dev/null | sed -n 's/^installed //p') || :
if [ -n "$installed" ]; then
	apt-mark auto $installed > /dev/null
	superfluous=" $(apt-get -s -o APT::AutoRemove::RecommendsImportant=false -o APT::AutoRemove::SuggestsImportant=false autoremove |
		sed -n 's/^Remv \\([^ :]*\\).*/\\1/p' | tr '\\n' ' ')"
	chosen=
	for one in $installed; do case $superfluous in *" $one "*) chosen="$chosen $one" ;; esac; done
	[ -z "$chosen" ] || apt-get -q -y -o DPkg::Lock::Timeout=300 purge $chosen
fi`.trim();
