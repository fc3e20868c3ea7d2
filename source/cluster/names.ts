import {isIP} from 'node:net';

/** RFC 1123, lower case: ZooKeeper, Mesos and /etc/hosts compare names byte by byte. */
export const hostNamePattern =
	/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** A cluster's name is also the name of a file in the store, so it is plain. */
export const clusterNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Whether ssh could connect to it: an IP address or a host name of any case. */
export function isAddress(text: string): boolean {
	return isIP(text) !== 0 || hostNamePattern.test(text.toLowerCase());
}
