// Loaded into the product's process by --import: writes down, when it ends, what it cost and whom it talked to.
import {writeFileSync} from 'node:fs';
import {Socket} from 'node:net';

export type Testimony = {
	/** The most memory it ever had. */
	rssMegabytes: number;
	/** User and system together. */
	cpuMilliseconds: number;
	connections: {address: string; port: number; bytes: number}[];
};

const sockets: {socket: Socket; address: string; port: number}[] = [];
const connect = Socket.prototype.connect;
Socket.prototype.connect = function (this: Socket, ...args: never) {
	// Node's own callers hand the options over in an array; a name is an address already in every cluster file here.
	const [{host, port}] = ([args] as unknown[]).flat(2) as {host?: string; port?: number}[] as [
		{host?: string; port?: number},
	];
	sockets.push({socket: this, address: String(host), port: Number(port)});
	return connect.apply(this, args);
} as typeof connect;

process.on('exit', () => {
	const {maxRSS, userCPUTime, systemCPUTime} = process.resourceUsage();
	const testimony: Testimony = {
		rssMegabytes: maxRSS / 1024,
		cpuMilliseconds: (userCPUTime + systemCPUTime) / 1000,
		connections: sockets.map(({socket, address, port}) => ({address, port, bytes: socket.bytesWritten})),
	};
	writeFileSync(process.env.MESOS_SETUP_BENCH_WITNESS ?? '', JSON.stringify(testimony));
});
