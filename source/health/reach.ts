import type {Duplex} from 'node:stream';

/**
 * How health questions travel: a byte stream to a port of a host's private address, through an ssh connection, so that
 * no port need be open to this computer. Rejects when the port is closed or the host has no connection.
 */
export type Reach = (hostName: string, port: number) => Promise<Duplex>;
