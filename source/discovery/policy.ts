/** What of this computer's wishes goes beyond reading. */
export type Wishes = {fixNetwork: boolean; tag: boolean};

/** Tags by which another computer recognises the instances of a cluster. */
export const clusterTag = 'mesos-setup:cluster';
export const roleTag = 'mesos-setup:role';

type Statement = {Sid: string; Effect: 'Allow'; Action: string[]; Resource: string; Condition?: object};

/** The parts of AWS that have accounts, and names of resources, of their own; all other regions are in `aws`. */
const partitions: Record<string, string> = {'cn-': 'aws-cn', 'us-gov-': 'aws-us-gov', 'eusc-': 'aws-eusc'};

/**
 * The IAM policy that is enough for everything mesos-setup asks of EC2: reads, and what was wished for beyond.
 * @param region one of those it is for; any of the same partition gives the same policy
 */
export function iamPolicy({fixNetwork, tag}: Wishes, region = ''): {Version: string; Statement: Statement[]} {
	const start = Object.keys(partitions).find(prefix => region.startsWith(prefix));
	const partition = partitions[start ?? ''] ?? 'aws';
	const statements: Statement[] = [
		{
			Sid: 'MesosSetupRead',
			Effect: 'Allow',
			Action: [
				'ec2:DescribeImages',
				'ec2:DescribeInstances',
				'ec2:DescribeKeyPairs',
				'ec2:DescribeNetworkAcls',
				'ec2:DescribeRegions',
				'ec2:DescribeSecurityGroups',
				'ec2:DescribeSubnets',
				'ec2:GetConsoleOutput',
			],
			// EC2 takes no narrower resource for what describes.
			Resource: '*',
		},
	];
	if (fixNetwork) {
		statements.push({
			Sid: 'MesosSetupFixNetwork',
			Effect: 'Allow',
			Action: ['ec2:AuthorizeSecurityGroupIngress'],
			Resource: `arn:${partition}:ec2:*:*:security-group/*`,
		});
	}
	if (tag) {
		statements.push({
			Sid: 'MesosSetupTag',
			Effect: 'Allow',
			Action: ['ec2:CreateTags'],
			Resource: `arn:${partition}:ec2:*:*:instance/*`,
			Condition: {'ForAllValues:StringEquals': {'aws:TagKeys': [clusterTag, roleTag]}},
		});
	}
	return {Version: '2012-10-17', Statement: statements};
}
