import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import type {Lab} from './lab.ts';
import type {Artifacts} from './mirror/artifacts.ts';
import {writeRegistryConfiguration} from './mirror/registry.ts';
import {startDetached} from './mirror/start-mirror.ts';
import {bridge} from './network.ts';

const files = '198.18.0.2';
const registry = '198.18.0.3';
const names: Record<string, string[]> = {
	[files]: ['archive.apache.org', 'rpm.aventer.biz', 'www.aventer.biz'],
	[registry]: ['registry-1.docker.io', 'auth.docker.io'],
};

async function certificate(lab: Lab, {authority}: Artifacts): Promise<{certificate: string; key: string}> {
	const folder = join(lab.folder, 'public');
	await mkdir(folder, {recursive: true});
	const [key, request, signed] = ['public.key', 'public.csr', 'public.crt'].map(name => join(folder, name)) as [
		string,
		string,
		string,
	];
	const extensions = join(folder, 'public.ext');
	const alternatives = Object.values(names).flatMap(all => all.map(name => `DNS:${name}`));
	await writeFile(extensions, `subjectAltName=${alternatives.join(',')}\nextendedKeyUsage=serverAuth\n`);
	await execa('openssl', [
		...[
			'req',
			'-newkey',
			'rsa:2048',
			'-nodes',
			'-subj',
			'/CN=the internet of the lab',
			'-keyout',
			key,
			'-out',
			request,
		],
	]);
	await execa('openssl', [
		...['x509', '-req', '-in', request, '-days', '30', '-extfile', extensions, '-out', signed],
		...['-CA', authority.certificate, '-CAkey', authority.key, '-set_serial', `0x${Date.now().toString(16)}`],
	]);
	return {certificate: signed, key};
}

/**
 * Lets the lab's hosts find, under the names that the catalog uses, what the mirror has, over https that they trust because they
 * hold the lab's authority. Returns the ids of the processes that answer, for the test to end.
 */
export async function answerPublicNames(lab: Lab, artifacts: Artifacts): Promise<number[]> {
	const tls = await certificate(lab, artifacts);
	for (const address of Object.keys(names)) await lab.exec(['ip', 'addr', 'add', `${address}/24`, 'dev', bridge]);
	const configuration = join(lab.folder, 'public', 'registry.yml');
	const storage = artifacts.registry;
	await writeRegistryConfiguration(configuration, {storage, address: `${registry}:443`, tls, readonly: true});
	const program = join(import.meta.dirname, 'public-server.ts');
	const pids = [
		await startDetached(lab, 'public', [process.execPath, program, files, tls.certificate, tls.key, artifacts.web]),
		await startDetached(lab, 'public-registry', ['docker-registry', 'serve', configuration]),
	];
	const lines = Object.entries(names).flatMap(([address, all]) => all.map(name => `${address} ${name}`));
	const authority = await readFile(artifacts.authority.certificate, 'utf8');
	for (const host of lab.hosts) {
		const trust = 'cat >/usr/local/share/ca-certificates/lab.crt && update-ca-certificates >/dev/null 2>&1';
		const told = await host.exec(trust, {input: authority});
		if (told.failed) throw new Error(`${host.name} does not take the lab's authority: ${told.stderr}`);
		await host.exec('cat >>/etc/hosts', {input: `${lines.join('\n')}\n`});
	}
	const up = `until curl -sf --cacert ${artifacts.authority.certificate} --resolve archive.apache.org:443:${files} -o /dev/null -I \
https://archive.apache.org/dist/zookeeper/zookeeper-3.9.3/apache-zookeeper-3.9.3-bin.tar.gz &&
curl -sf --cacert ${artifacts.authority.certificate} --resolve registry-1.docker.io:443:${registry} -o /dev/null https://registry-1.docker.io/v2/
do sleep 0.1; done`;
	const answered = await lab.exec(['sh', '-c', up], {timeout: 30_000});
	if (answered.failed) throw new Error('The servers of the public names do not answer.');
	return pids;
}
