import {packageFile} from '../cluster/package-file.ts';
import {artifactFolder, artifactPath} from './artifact.ts';
import {quote} from './quote.ts';
import type {Artifact} from './step.ts';

/**
 * Text that installs `$chosen` out of files alone, in one transaction: of what is at hand dnf takes what this host lacks. Files
 * that were not brought, because the host has that very package, are left out.
 */
export function dnfTransaction(files: readonly Artifact[]): string {
	return `
transaction() {
	set -- $chosen --
	for file in ${files.map(file => quote(artifactPath(file))).join(' ')}; do
		if [ -f "$file" ]; then set -- "$@" "$file"; fi
	done
	# The program that dnf itself is written for: no other has its modules for sure.
	read -r interpreter < "$(command -v dnf)"
	\${interpreter#??} - "$@" << 'END'
${packageFile('templates/bundle/install.py').trimEnd()}
END
}
# What does not work with these files will not work a second time either.
again() { return 1; }`;
}

/**
 * Text that makes a repository of the files that were brought and has `$places` name it as the only one: apt takes from it what
 * this host lacks, as from any other, and compares each file once more with its checksum.
 */
export function aptPlaces(files: readonly Artifact[], folder = artifactFolder): string {
	const offers = files.map(file => `offer ${quote(artifactPath(file, folder))} ${file.bytes} ${file.sha256}`);
	return `
at=${quote(`${folder}/apt`)}
rm -rf "$at"
mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
offer() {
	[ -f "$1" ] || return 0
	dpkg-deb -f "$1"
	printf 'Filename: %s\\nSize: %s\\nSHA256: %s\\n\\n' "\${1#/}" "$2" "$3"
}
{
	:
${offers.join('\n')}
} > "$at/Packages"
# What is in it was signed where it was collected.
printf 'deb [trusted=yes] file:/ %s/\\n' "\${at#/}" > "$at/sources.list"
places="-o Dir::Etc::sourcelist=$at/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$at/lists"
places="$places -o Dir::Cache=$at/cache -o APT::Sandbox::User=root"`;
}
