import {baseRoot} from './base-root.ts';
import {installDebianPackages} from './debian.ts';
import {buildArtifacts} from './mirror/artifacts.ts';

/** What takes a minute on a fresh machine is made before any test's clock runs; afterwards it is there already. */
export default async function setup(): Promise<void> {
	const log = (line: string) => console.log(line);
	await installDebianPackages(log);
	await baseRoot(log);
	await buildArtifacts(log);
}
