import {packageFile} from '../cluster/package-file.ts';
import {artifactPath} from './artifact.ts';
import {quote} from './quote.ts';
import type {Artifact} from './step.ts';

/**
 * Text that installs `$chosen` out of files alone, in one transaction: of what is at hand dnf takes what this host lacks. Files
 * that were not brought, because the host has that very package, are left out.
 */
export function fromFiles(files: readonly Artifact[]): string {
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
