import {quote} from './quote.ts';

/** The first word in the file, by which a later run knows it for its own. */
const mark = '# mesos-setup:';

/**
 * Text for an apply script: until it ends, packages of Debian do not start what they newly bring, which is not configured yet.
 * A policy of the host's owner is left alone; one that a killed run has left behind means nothing once that run is gone.
 */
export function startPolicy(file = '/usr/sbin/policy-rc.d'): string {
	return `	policy=${quote(file)}
	if [ ! -e "$policy" ] || grep -q '^${mark}' "$policy"; then
		began=$(sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 20)
		trap 'rm -f "$policy"' EXIT
		cat > "$policy.new" << END
#!/bin/sh
${mark} daemons wait for their configuration while process $$ installs packages
began=\\$(sed 's/.*) //' /proc/$$/stat 2> /dev/null | cut -d ' ' -f 20)
[ "\\$began" = "$began" ] || exit 0
for word; do [ "\\$word" != start ] || exit 101; done
exit 0
END
		chmod 755 "$policy.new"
		mv -f "$policy.new" "$policy"
	fi`;
}

/** Text that removes what a killed run left. */
export function withoutStartPolicy(file = '/usr/sbin/policy-rc.d'): string {
	return `if grep -q '^${mark}' ${quote(file)} 2> /dev/null; then rm -f ${quote(file)}; fi`;
}
