import {createHash} from 'node:crypto';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';

/**
 * Packs the contents of `folder` as `into/name` (gzip) and writes `name.sha512` beside it, as Apache's mirrors do.
 * @returns the SHA-512, lower-case hex
 */
export async function packArchive(folder: string, into: string, name: string): Promise<string> {
	await mkdir(into, {recursive: true});
	const file = join(into, name);
	const compress = ['-I', 'gzip -n -1'];
	await execa('tar', [
		'-C',
		folder,
		'--owner=0',
		'--group=0',
		'--sort=name',
		...compress,
		'-cf',
		file,
		...(await readdir(folder)),
	]);
	const sha512 = createHash('sha512')
		.update(await readFile(file))
		.digest('hex');
	await writeFile(`${file}.sha512`, `${sha512}  ${name}\n`);
	return sha512;
}
