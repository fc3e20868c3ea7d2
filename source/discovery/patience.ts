import type {AdaptiveRetryStrategy} from '@smithy/core/retry';

type Retries = Pick<AdaptiveRetryStrategy, 'acquireInitialRetryToken' | 'refreshRetryTokenForRetry' | 'recordSuccess'>;

/** A network that does not answer is known to be dead sooner than EC2 stops throttling. */
const attemptsWithoutAnswer = 2;

/** The SDK's adaptive retries, which slow down when EC2 throttles, with a word about each wait. */
export async function patientRetries(note: (text: string) => void): Promise<Retries> {
	const {AdaptiveRetryStrategy} = await import('./aws-sdk.ts');
	const attempts = Number(process.env.AWS_MAX_ATTEMPTS) || 4;
	const adaptive = new AdaptiveRetryStrategy(attempts);
	return {
		acquireInitialRetryToken: scope => adaptive.acquireInitialRetryToken(scope),
		recordSuccess: token => adaptive.recordSuccess(token),
		async refreshRetryTokenForRetry(token, failure) {
			const tries = token.getRetryCount() + 1;
			const throttled = failure.errorType === 'THROTTLING';
			if (!throttled && tries >= attemptsWithoutAnswer) throw new Error('No further attempt.');
			if (throttled && tries < attempts)
				note(`EC2 asks for fewer requests; attempt ${tries + 1} of ${attempts} follows.`);
			return adaptive.refreshRetryTokenForRetry(token, failure);
		},
	};
}
