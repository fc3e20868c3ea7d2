import type {HostRole} from '../cluster/model.ts';
import {type Account, openEc2} from './aws.ts';
import {clusterTag, roleTag} from './policy.ts';

/** EC2 takes at most 1000 resources at once. */
const batch = 1000;

/** Writes to the instances which cluster they belong to and as what. Throws a SetupError. */
export async function tagInstances(
	cluster: string,
	instances: readonly {id: string; role: HostRole}[],
	account: Account,
): Promise<void> {
	const {CreateTagsCommand} = await import('./aws-sdk.ts');
	const ec2 = await openEc2(account);
	try {
		for (const [role, same] of Map.groupBy(instances, one => one.role)) {
			const Tags = [
				{Key: clusterTag, Value: cluster},
				{Key: roleTag, Value: role},
			];
			for (let start = 0; start < same.length; start += batch) {
				const Resources = same.slice(start, start + batch).map(({id}) => id);
				await ec2.ask('CreateTags', (client, options) =>
					client.send(new CreateTagsCommand({Resources, Tags}), options),
				);
			}
		}
	} finally {
		ec2.close();
	}
}
