import type {EC2Client} from '@aws-sdk/client-ec2';
import {SetupError} from '../cluster/setup-error.ts';
import {patientRetries} from './patience.ts';
import {providerProblem} from './provider-problem.ts';

/** A named set of credentials in ~/.aws. */
export type Profile = {name: string; region?: string | undefined};

/** Where to ask, and with whose credentials; what is unset comes from the environment and ~/.aws as for every AWS tool. */
export type Account = {
	profile?: string | undefined;
	region?: string | undefined;
	signal?: AbortSignal | undefined;
	/** Told when EC2 has to be asked again or something unimportant could not be learnt; a whole sentence. */
	onNote?: ((text: string) => void) | undefined;
};

/** An account that can be asked. Every question goes through `ask`, which turns failures into a SetupError (exit 1). */
export type Ec2 = {
	region: string;
	/** @param action what IAM calls it, e.g. `DescribeInstances` */
	ask<T>(action: string, question: (client: EC2Client, options: {abortSignal?: AbortSignal}) => Promise<T>): Promise<T>;
	close(): void;
};

const second = 1000;

/** Profiles of ~/.aws/config and ~/.aws/credentials, `default` first; none where there are no such files. Read anew each time. */
export async function listProfiles(): Promise<Profile[]> {
	const files = await sharedFiles();
	const names = new Set([...Object.keys(files.configFile), ...Object.keys(files.credentialsFile)]);
	return (
		[...names]
			// The reader gives sections that are no profile (`[sso-session x]`, `[services x]`) a dot.
			.filter(name => !/^(sso-session|services)\./.test(name))
			.sort((a, b) => Number(b === 'default') - Number(a === 'default') || a.localeCompare(b))
			.map(name => ({name, region: files.configFile[name]?.region ?? files.credentialsFile[name]?.region}))
	);
}

async function sharedFiles() {
	const {loadSharedConfigFiles} = await import('./aws-sdk.ts');
	return loadSharedConfigFiles({ignoreCache: true});
}

/** What the flags, the environment and ~/.aws together say, nothing asked yet. */
async function settle(account: Account) {
	const profile = account.profile ?? (process.env.AWS_PROFILE || undefined);
	const {configFile, credentialsFile} = await sharedFiles();
	const settings = {...credentialsFile[profile ?? 'default'], ...configFile[profile ?? 'default']};
	if (profile !== undefined && Object.keys(settings).length === 0) {
		throw unknownProfile(profile, [...Object.keys(configFile), ...Object.keys(credentialsFile)]);
	}
	// The JavaScript SDK alone among AWS tools does not know AWS_DEFAULT_REGION.
	const region = account.region || process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || settings.region;
	if (!region) throw noRegion(profile);
	return {profile, region: checkRegion(region), settings};
}

/** The region that will be asked. Throws a SetupError (exit 2) where none is named, or the profile does not exist. */
export async function regionOf(account: Account): Promise<string> {
	return (await settle(account)).region;
}

/** Finds region and credentials, without asking EC2 anything. Throws a SetupError: as `regionOf`, and exit 1 for credentials. */
export async function openEc2(account: Account): Promise<Ec2> {
	const {signal} = account;
	const context = await settle(account);
	const {profile, region} = context;
	const {EC2Client} = await import('./aws-sdk.ts');
	const client = new EC2Client({
		region,
		...(profile === undefined ? {} : {profile}),
		retryStrategy: await patientRetries(text => account.onNote?.(text)),
		requestHandler: {connectionTimeout: 4 * second, requestTimeout: 15 * second, throwOnRequestTimeout: true},
		// What the SDK has to say goes to the console, which may be a full-screen drawing.
		logger: {trace() {}, debug() {}, info() {}, warn() {}, error() {}},
	});
	const ask: Ec2['ask'] = async (action, question) => {
		signal?.throwIfAborted();
		try {
			return await question(client, signal ? {abortSignal: signal} : {});
		} catch (error) {
			signal?.throwIfAborted();
			throw providerProblem(error, {...context, action});
		}
	};
	try {
		await within(20 * second, signal, client.config.credentials());
	} catch (error) {
		client.destroy();
		signal?.throwIfAborted();
		throw providerProblem(error, {...context, action: 'credentials'});
	}
	return {region, ask, close: () => client.destroy()};
}

/** Single sign-on and credential processes have no time limit of their own. */
async function within<T>(milliseconds: number, signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
	const late = AbortSignal.timeout(milliseconds);
	const ended = signal ? AbortSignal.any([signal, late]) : late;
	return Promise.race([
		work,
		new Promise<never>((_, reject) => ended.addEventListener('abort', () => reject(ended.reason), {once: true})),
	]);
}

function unknownProfile(name: string, known: string[]): SetupError {
	const names = [...new Set(known)];
	return new SetupError({
		field: '--profile',
		cause: `there is no AWS profile ${JSON.stringify(name)} on this computer.`,
		fix:
			names.length > 0
				? `Known are: ${names.join(', ')}. A new one is made with: aws configure --profile ${name}`
				: `Make it with: aws configure --profile ${name}`,
		exitCode: 2,
	});
}

function noRegion(profile: string | undefined): SetupError {
	return new SetupError({
		field: '--region',
		cause: 'no AWS region is named.',
		fix: `Give --region, e.g. --region eu-west-1, set AWS_REGION, or run: aws configure set region eu-west-1${
			profile === undefined ? '' : ` --profile ${profile}`
		}`,
		exitCode: 2,
	});
}

function checkRegion(region: string): string {
	if (/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region)) return region;
	throw new SetupError({
		field: '--region',
		cause: `${JSON.stringify(region)} is not the name of an AWS region.`,
		fix: /^[a-z]{2,}(-[a-z]+)+-\d+[a-z]$/.test(region)
			? `That is a zone; its region is ${region.slice(0, -1)}.`
			: 'Regions are called like eu-west-1.',
		exitCode: 2,
	});
}
