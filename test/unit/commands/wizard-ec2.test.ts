import {mkdtempSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, expect, test, vi} from 'vitest';
import type {CommandOptions} from '../../../source/commands/options.ts';
import type {Run} from '../../../source/commands/verb.ts';
import {createServices} from '../../../source/commands/wizard-services.ts';
import {startEndpoint, type TestEndpoint} from '../discovery/aws-endpoint.ts';

let aws: TestEndpoint;
const signal = new AbortController().signal;

beforeAll(async () => {
	aws = await startEndpoint();
});
afterAll(() => aws.close());
beforeEach(() => {
	for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
	return () => vi.unstubAllEnvs();
});
afterEach(() => aws.faults({}));

function services() {
	const home = mkdtempSync(join(tmpdir(), 'wizard-ec2-'));
	const frame = {home, signal, log: {event() {}}, emit() {}, streams: {}};
	return createServices(frame as unknown as Run, {plain: false} as CommandOptions).services;
}

// A single call that EC2 refuses must not stop anybody on the way through the questions.
test('a key that cannot be compared can be used all the same', async () => {
	const around = {passphrase: undefined, keyName: 'lab', account: {}, signal};
	expect(await services().checkKey(aws.keyFile, around)).toMatchObject({match: {verdict: 'same'}});
	await aws.faults({code: 'UnauthorizedOperation', action: 'DescribeKeyPairs'});
	const match = {verdict: 'unknown', detail: 'The AWS credentials may not call ec2:DescribeKeyPairs.'};
	expect(await services().checkKey(aws.keyFile, around)).toMatchObject({match});
});

test('who may not list regions has the own one; without one the reason is told', async () => {
	await aws.faults({code: 'UnauthorizedOperation', action: 'DescribeRegions'});
	expect(await services().listRegions(undefined, signal)).toEqual(['eu-west-1']);
	vi.stubEnv('AWS_REGION', '');
	await expect(services().listRegions(undefined, signal)).rejects.toThrow('may not call ec2:DescribeRegions');
});
