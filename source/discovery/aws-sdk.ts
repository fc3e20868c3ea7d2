// All that is used of the AWS SDK. `npm run build` puts the code itself in the place of this file: installed as packages it
// is more than 40 MB. Loaded only when EC2 is asked; nothing else may import values from the SDK.
export {
	AuthorizeSecurityGroupIngressCommand,
	CreateTagsCommand,
	DescribeImagesCommand,
	DescribeKeyPairsCommand,
	DescribeRegionsCommand,
	DescribeSubnetsCommand,
	EC2Client,
	GetConsoleOutputCommand,
	paginateDescribeInstances,
	paginateDescribeNetworkAcls,
	paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
export {loadSharedConfigFiles} from '@smithy/core/config';
export {AdaptiveRetryStrategy} from '@smithy/core/retry';
