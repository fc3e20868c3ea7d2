import {mkdir} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';
import {execa} from 'execa';
import type {DebianPackages} from './debian-packages.ts';
import {buildImages} from './image-build.ts';
import {pushImage, writeRegistryConfiguration} from './registry.ts';

/**
 * Fills a registry's storage with the lab's images by running the registry on loopback for a moment.
 * @returns the manifest digests by the last part of the repository's name
 */
export async function pushAllImages(
	debs: DebianPackages,
	work: string,
	storage: string,
): Promise<{marathon: string; chronos: string; mesos: string}> {
	await mkdir(storage, {recursive: true});
	const address = `127.0.0.1:${await freePort()}`;
	const configuration = join(work, 'registry.yml');
	await writeRegistryConfiguration(configuration, {storage, address, readonly: false});
	const registry = execa('docker-registry', ['serve', configuration], {reject: false, all: true});
	try {
		await answered(`http://${address}/v2/`);
		const digests = new Map<string, string>();
		for (const image of await buildImages(debs, work)) {
			digests.set(image.repository.replace(/.*\//, ''), await pushImage(`http://${address}`, image));
		}
		const digest = (name: string) => {
			const found = digests.get(name);
			if (!found) throw new Error(`No image ${name} was built.`);
			return found;
		};
		return {marathon: digest('marathon'), chronos: digest('chronos'), mesos: digest('mesos')};
	} finally {
		registry.kill('SIGTERM');
		await registry;
	}
}

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	await new Promise(resolve => server.close(resolve));
	if (address === null || typeof address === 'string') throw new Error('Loopback has no free port.');
	return address.port;
}

async function answered(url: string): Promise<void> {
	const deadline = Date.now() + 20_000;
	while (Date.now() < deadline) {
		if (
			await fetch(url).then(
				response => response.ok,
				() => false,
			)
		)
			return;
		await pause(50);
	}
	throw new Error(`The registry did not answer at ${url} within 20 s.`);
}
