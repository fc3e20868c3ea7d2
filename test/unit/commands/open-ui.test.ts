import {chmodSync, mkdtempSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {type AddressInfo, connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {browserOf, openPage} from '../../../source/commands/open-ui.ts';

const server = createServer((_request, response) => response.end('the page'));
let port: number;
beforeEach(async () => {
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	port = (server.address() as AddressInfo).port;
});
afterEach(() => new Promise(resolve => server.close(resolve)));

const never = () => Promise.reject(new Error('not needed'));

test('a page that can be reached is opened as it is', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'mesos-setup-browser-'));
	const browser = join(folder, 'browser');
	writeFileSync(browser, `#!/bin/sh\necho "$1" > ${folder}/opened\n`);
	chmodSync(browser, 0o700);
	const page = await openPage(`http://127.0.0.1:${port}/`, never, {BROWSER: browser});
	expect(page).toMatchObject({tunnelled: false, text: `Opened http://127.0.0.1:${port}/ in the browser.`});
	await vi.waitFor(() => expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe(`http://127.0.0.1:${port}/\n`));
});

test('one that cannot is opened through a tunnel, which brings the real page', async () => {
	// Port 1 of this computer is nobody's.
	const page = await openPage('http://127.0.0.1:1/ui', async () => connect(port, '127.0.0.1'), {});
	const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\/ui/.exec(page.text) ?? [];
	expect(page.tunnelled).toBe(true);
	expect(await (await fetch(address)).text()).toBe('the page');
	page.close();
});

test('a tunnel whose far end is gone ends the connection, not the program', async () => {
	const page = await openPage('http://127.0.0.1:1/', never, {});
	const [address = ''] = /http:\/\/127\.0\.0\.1:\d+\//.exec(page.text) ?? [];
	await expect(fetch(address)).rejects.toThrow();
	page.close();
});

test('without a browser the address is told', async () => {
	const page = await openPage(`http://127.0.0.1:${port}/`, never, {});
	expect(page.text).toBe(`No browser could be opened here. The page is http://127.0.0.1:${port}/.`);
	const failing = await openPage(`http://127.0.0.1:${port}/`, never, {BROWSER: '/no/such/browser'});
	expect(failing.text).toContain('No browser could be opened');
});

test('which browser', () => {
	expect(browserOf({}, 'linux')).toBeUndefined();
	expect(browserOf({DISPLAY: ':0'}, 'linux')).toBe('xdg-open');
	expect(browserOf({}, 'darwin')).toBe('open');
	expect(browserOf({BROWSER: 'firefox:lynx', DISPLAY: ':0'}, 'linux')).toBe('firefox');
});
