import ssh2 from 'ssh2';

/** How many keys the ssh-agent behind `socket` holds; 0 when it does not answer. */
export async function agentKeys(socket: string | undefined): Promise<number> {
	if (!socket) return 0;
	return new Promise(resolve => {
		ssh2.createAgent(socket).getIdentities((error, keys) => resolve(error ? 0 : (keys?.length ?? 0)));
	});
}
