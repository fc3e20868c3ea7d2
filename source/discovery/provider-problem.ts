import {SetupError} from '../cluster/setup-error.ts';

/** What was asked, for words that name it. */
export type Asked = {
	/** What IAM calls it, e.g. `DescribeInstances`; `credentials` before anything was asked. */
	action: string;
	profile?: string | undefined;
	region: string;
	/** Of the profile in ~/.aws. */
	settings: Partial<Record<string, string>>;
};

type Problem = {cause: string; fix: string; field?: string};

const throttling = ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'EC2ThrottledException'];
const denied = ['UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException'];
const expired = ['RequestExpired', 'ExpiredToken', 'ExpiredTokenException', 'TokenProviderError'];
const invalid = [
	'AuthFailure',
	'InvalidClientTokenId',
	'UnrecognizedClientException',
	'SignatureDoesNotMatch',
	'InvalidSignatureException',
];
const unreachable = [
	'ECONNREFUSED',
	'ECONNRESET',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'ENOTFOUND',
	'EAI_AGAIN',
	'ETIMEDOUT',
	'EPIPE',
	'TimeoutError',
];

/** An error of the SDK or of EC2 as a sentence with the command that helps; exit code 1. */
export function providerProblem(error: unknown, asked: Asked): SetupError {
	if (error instanceof SetupError) return error;
	const problem = explain(error, asked);
	const cause = problem.field === undefined ? capital(problem.cause) : problem.cause;
	return new SetupError({...problem, cause, exitCode: 1, error});
}

function explain(error: unknown, asked: Asked): Problem {
	const code = codeOf(error);
	const message = (error instanceof Error ? error.message : String(error)).trim();
	const who = asked.profile === undefined ? 'the AWS credentials' : `the AWS profile ${asked.profile}`;
	const renew = renewal(asked);
	if (
		expired.includes(code) ||
		(code === 'CredentialsProviderError' && /expired|sso session|sso login/i.test(message))
	) {
		return {
			cause: `${who} ${asked.profile === undefined ? 'have' : 'has'} expired.`,
			fix: `Renew with: ${renew} (if they are fresh, this computer's clock is wrong).`,
		};
	}
	if (code === 'CredentialsProviderError' || (asked.action === 'credentials' && !unreachable.includes(code))) {
		if (asked.profile !== undefined || /profile/i.test(message)) {
			return {cause: `${who} gives no credentials (${oneLine(message)}).`, fix: `Run: ${renew}`};
		}
		return {
			cause: 'no AWS credentials were found in the environment, in ~/.aws or on this instance.',
			fix: `Run: ${renew} (or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile).`,
		};
	}
	if (invalid.includes(code)) {
		return {
			cause: `EC2 in ${asked.region} does not accept ${who} (${code}).`,
			fix: `Renew with: ${renew}. A region that must be switched on first (see "aws account list-regions") answers the same.`,
		};
	}
	if (code === 'OptInRequired') {
		return {
			field: '--region',
			cause: `this AWS account has not switched on the region ${asked.region}.`,
			fix: `Choose another region, or run: aws account enable-region --region-name ${asked.region}`,
		};
	}
	if (denied.includes(code)) {
		return {
			cause: `${who} may not call ec2:${asked.action}.`,
			fix: `Let a policy allow ec2:${asked.action} ("mesos-setup doctor --iam" prints one), or choose other credentials with --profile.`,
		};
	}
	if (throttling.includes(code)) {
		return {
			cause: `EC2 in ${asked.region} throttles this account's requests (${code}), after several attempts with pauses.`,
			fix: 'Wait a minute and run the same again; something else in the account may be asking very often.',
		};
	}
	if (code === 'InvalidParameterValue' && /filter/i.test(message)) {
		return {
			field: '--filter',
			cause: `EC2 does not take the filter: ${oneLine(message)}.`,
			fix: 'Filters are called as for "aws ec2 describe-instances", e.g. tag:Name=web*, vpc-id=vpc-0a1b, instance-state-name=running (or vpc=, state=, for short).',
		};
	}
	return unreachable.includes(code) ? noAnswer(error, code, asked) : unforeseen(error, code, message, asked);
}

function noAnswer(error: unknown, code: string, asked: Asked): Problem {
	const endpoint = process.env.AWS_ENDPOINT_URL_EC2 ?? process.env.AWS_ENDPOINT_URL;
	if (endpoint) {
		return {
			cause: `nothing answers at ${endpoint} (${code}), where AWS_ENDPOINT_URL sends requests.`,
			fix: 'Start what should answer there, or unset AWS_ENDPOINT_URL.',
		};
	}
	const host = error instanceof Error && 'hostname' in error ? String(error.hostname) : `ec2.${asked.region}`;
	if (code === 'ENOTFOUND' && asked.action !== 'credentials') {
		return {
			field: '--region',
			cause: `${host} is not known in the network: no such AWS region, or no name resolution here.`,
			fix: `Check the spelling of ${asked.region} and this computer's network.`,
		};
	}
	const what = asked.action === 'credentials' ? 'the service that gives credentials' : `EC2 in ${asked.region}`;
	return {
		cause: `${what} cannot be reached from this computer (${code}).`,
		fix: 'Check the network, a VPN, and HTTPS_PROXY.',
	};
}

function unforeseen(error: unknown, code: string, message: string, asked: Asked): Problem {
	const endpoint = process.env.AWS_ENDPOINT_URL_EC2 ?? process.env.AWS_ENDPOINT_URL;
	const status = statusOf(error);
	if (/parse error|Deserialization|Unexpected token/i.test(message) || code === 'Unknown' || code === 'UnknownError') {
		return {
			cause: `${endpoint ? `the service at ${endpoint}` : `EC2 in ${asked.region}`} answered ${asked.action} with something that is no answer of EC2${
				status === undefined ? '' : ` (HTTP ${status})`
			}.`,
			fix: endpoint ? 'Check AWS_ENDPOINT_URL.' : 'Check whether a proxy stands between this computer and AWS.',
		};
	}
	return {
		cause: `EC2 in ${asked.region} refused ${asked.action}: ${oneLine(message)} (${code}).`,
		fix: 'The same command can be run again safely.',
	};
}

/** The command that makes these credentials work again, by how the profile gets them. */
function renewal({profile, settings}: Asked): string {
	const suffix = profile === undefined ? '' : ` --profile ${profile}`;
	if (settings.sso_session || settings.sso_start_url) return `aws sso login --profile ${profile ?? 'default'}`;
	if (settings.login_session) return `aws login${suffix}`;
	if (profile === undefined && process.env.AWS_SESSION_TOKEN) {
		return 'export AWS_ACCESS_KEY_ID=... AWS_SECRET_ACCESS_KEY=... AWS_SESSION_TOKEN=... with new values';
	}
	return `aws configure${suffix}`;
}

/** EC2's code is the error's name; Node's own lies in `code`, sometimes of the cause. */
function codeOf(error: unknown): string {
	if (!(error instanceof Error)) return 'Unknown';
	if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code;
	if (error.name === 'Error' && error.cause instanceof Error) return codeOf(error.cause);
	return error.name;
}

function statusOf(error: unknown): number | undefined {
	const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
	return (metadata as {httpStatusCode?: number} | undefined)?.httpStatusCode;
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}

function oneLine(text: string): string {
	return (text.split('\n')[0] ?? '').replace(/\.$/, '').slice(0, 200);
}
