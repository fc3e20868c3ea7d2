import type {Image} from '@aws-sdk/client-ec2';
import {SetupError} from '../cluster/setup-error.ts';
import type {Ec2} from './aws.ts';

/** EC2 takes at most 200 values in a filter. */
const batch = 200;

/**
 * Names of images by their id. Images that are gone or not shared any more are missing, and so are all when EC2 does not
 * answer: the names only help to guess.
 */
export async function imageNames(
	ids: readonly string[],
	ec2: Ec2,
	note: ((text: string) => void) | undefined,
): Promise<Map<string, string>> {
	const {DescribeImagesCommand} = await import('./aws-sdk.ts');
	const wanted = [...new Set(ids)];
	const names = new Map<string, string>();
	for (let start = 0; start < wanted.length; start += batch) {
		const Values = wanted.slice(start, start + batch);
		try {
			// By filter: asked by id, one image that is gone would fail them all.
			const {Images = []} = await ec2.ask('DescribeImages', (client, options) =>
				client.send(
					new DescribeImagesCommand({Filters: [{Name: 'image-id', Values}], IncludeDeprecated: true}),
					options,
				),
			);
			for (const image of Images) if (image.ImageId) names.set(image.ImageId, describe(image));
		} catch (error) {
			if (!(error instanceof SetupError)) throw error;
			note?.(`The systems of the instances can only be guessed after connecting: ${error.reason}`);
			break;
		}
	}
	return names;
}

function describe({Name = '', Description = ''}: Image): string {
	return Name || Description;
}
