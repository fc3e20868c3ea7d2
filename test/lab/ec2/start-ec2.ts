// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {join} from 'node:path';
import {answered, startDetached} from '../mirror/start-mirror.ts';
import {region} from './world.ts';

const port = 8773;

export type Ec2Endpoint = {
	/** For AWS_ENDPOINT_URL, inside the lab's network. */
	url: string;
	/** The region the hosts are in. */
	region: string;
	/** To be killed by whoever takes the lab down. */
	pid: number;
};

export type Ec2Options = {
	/** The lab's own folder, for the log. */
	folder: string;
	namespace: string;
	address: string;
	/** `lab.json`, read again for every request. */
	stateFile: string;
};

/** Starts the endpoint as a detached process in the lab's network namespace and waits until it answers. */
export async function startEc2({folder, namespace, address, stateFile}: Ec2Options): Promise<Ec2Endpoint> {
	const url = `http://${address}:${port}`;
	const server = join(import.meta.dirname, 'server.ts');
	const where = {folder, namespace};
	const pid = await startDetached(where, 'ec2', [process.execPath, server, stateFile, address, `${port}`]);
	await answered(where, 'ec2', ['--request', 'PUT', '--data', '{}', `${url}/lab/faults`]);
	return {url, region, pid};
}

/**
 * What the product needs in its environment to ask this endpoint, and no other. The keys are no secret: the endpoint wants
 * a signature, whosever it is.
 */
export function ec2Environment({url, region: AWS_REGION}: Pick<Ec2Endpoint, 'url' | 'region'>): Record<string, string> {
	return {
		AWS_ENDPOINT_URL: url,
		AWS_REGION,
		AWS_ACCESS_KEY_ID: 'AKIALABLABLABLABLABL',
		AWS_SECRET_ACCESS_KEY: 'of-the-lab',
		AWS_EC2_METADATA_DISABLED: 'true',
	};
}
