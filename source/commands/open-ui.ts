import type {Duplex} from 'node:stream';
import {execa} from 'execa';
import {canReach, openTunnel} from '../remote/tunnel.ts';

/** The program that opens a page for the person at this computer; undefined where there is no browser to be seen. */
export function browserOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
	if (env.BROWSER) return env.BROWSER.split(':')[0];
	if (platform === 'darwin') return 'open';
	return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}

export type OpenedPage = {
	/** A whole sentence with the address. */
	text: string;
	/** Whether the page leads through a tunnel, which ends with this process. */
	tunnelled: boolean;
	close(): void;
};

/**
 * Opens a page of the cluster in the browser, through a local tunnel where its port is not reachable from here; where there
 * is no browser its address is all one gets.
 * @param forward a connection to the port through the host's ssh connection
 */
export async function openPage(url: string, forward: () => Promise<Duplex>, env = process.env): Promise<OpenedPage> {
	const {hostname, port, pathname} = new URL(url);
	const direct = await canReach(hostname.replace(/^\[|\]$/g, ''), Number(port));
	const tunnel = direct ? undefined : await openTunnel(forward);
	const address = tunnel ? `http://127.0.0.1:${tunnel.port}${pathname}` : url;
	const through = tunnel ? ', through a tunnel for as long as this program runs' : '';
	const close = () => tunnel?.close();
	const browser = browserOf(env, process.platform);
	const opened = browser !== undefined && (await launch(browser, address));
	const text = opened
		? `Opened ${address} in the browser${through}.`
		: `No browser could be opened here. The page is ${address}${through}.`;
	return {text, tunnelled: tunnel !== undefined, close};
}

/** False when the program fails at once; a browser that stays in the foreground is left alone. */
async function launch(browser: string, address: string): Promise<boolean> {
	const started = execa(browser, [address], {stdio: 'ignore', detached: true, cleanup: false, reject: false});
	const patience = new Promise<boolean>(resolve => setTimeout(resolve, 1500, true).unref());
	return Promise.race([started.then(({failed}) => !failed), patience]);
}
