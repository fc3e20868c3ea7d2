import {z} from 'zod';

/** A `ClusterRecord` as the store, the masters and saved plans hold it. */
export const recordSchema = z.object({
	id: z.string().min(1),
	name: z.string(),
	hosts: z.array(
		z.object({
			name: z.string(),
			role: z.enum(['master', 'slave']),
			address: z.string(),
			private_ip: z.string(),
			zookeeper_id: z.int().positive().optional(),
		}),
	),
});
