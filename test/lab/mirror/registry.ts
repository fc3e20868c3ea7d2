import {writeFile} from 'node:fs/promises';
import {type Image, sha256} from './image-build.ts';

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

type RegistryOptions = {
	/** Where blobs and manifests are kept. */
	storage: string;
	/** `host:port` to listen on. */
	address: string;
	/** Certificate and key files; without them plain HTTP, for loopback only. */
	tls?: {certificate: string; key: string};
	/** Several labs serve one storage: nobody may write to it then. */
	readonly: boolean;
};

/** Writes a configuration for `docker-registry serve FILE`. */
export async function writeRegistryConfiguration(file: string, options: RegistryOptions): Promise<void> {
	const http = options.tls ? {addr: options.address, tls: options.tls} : {addr: options.address};
	// The registry reads YAML, of which JSON is a part.
	const configuration = {
		version: 0.1,
		log: {level: 'warn', accesslog: {disabled: true}},
		storage: {
			filesystem: {rootdirectory: options.storage},
			maintenance: {readonly: {enabled: options.readonly}, uploadpurging: {enabled: false}},
		},
		http,
	};
	await writeFile(file, JSON.stringify(configuration, null, '\t'));
}

/**
 * Uploads an image over the registry's HTTP API.
 * @param registry base URL, e.g. `http://127.0.0.1:5999`
 * @returns the manifest's digest, `sha256:…`, by which it can be pulled
 */
export async function pushImage(registry: string, image: Image): Promise<string> {
	const config = Buffer.from(JSON.stringify(image.config));
	for (const content of [config, ...image.layers.map(layer => layer.content)]) {
		await pushBlob(`${registry}/v2/${image.repository}`, content);
	}
	const manifest = JSON.stringify({
		schemaVersion: 2,
		mediaType: manifestType,
		config: {
			mediaType: 'application/vnd.docker.container.image.v1+json',
			size: config.length,
			digest: sha256(config),
		},
		layers: image.layers.map(layer => ({
			mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
			size: layer.content.length,
			digest: layer.digest,
		})),
	});
	await send(`${registry}/v2/${image.repository}/manifests/${image.tag}`, 'PUT', manifest, manifestType);
	return sha256(manifest);
}

async function pushBlob(repository: string, content: Buffer): Promise<void> {
	const digest = sha256(content);
	if ((await fetch(`${repository}/blobs/${digest}`, {method: 'HEAD'})).ok) return;
	const start = await send(`${repository}/blobs/uploads/`, 'POST', '');
	const location = new URL(start.headers.get('location') ?? '', repository);
	location.searchParams.set('digest', digest);
	await send(location.href, 'PUT', new Uint8Array(content), 'application/octet-stream');
}

async function send(
	url: string,
	method: string,
	body: string | Uint8Array<ArrayBuffer>,
	type?: string,
): Promise<Response> {
	const response = await fetch(url, {method, body, ...(type ? {headers: {'content-type': type}} : {})});
	if (!response.ok)
		throw new Error(`The registry refused ${method} ${url}: ${response.status} ${await response.text()}`);
	return response;
}
