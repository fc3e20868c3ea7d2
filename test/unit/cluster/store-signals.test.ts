import {execFileSync} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'vitest';

const store = join(import.meta.dirname, '../../../source/cluster/store.ts');

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('a store that can write leaves %s to the program, once', signal => {
	const home = mkdtempSync(join(tmpdir(), 'store-signals-'));
	const script = `
		import {openStore} from ${JSON.stringify(store)};
		let heard = 0;
		process.on('${signal}', () => heard++);
		openStore(${JSON.stringify(home)}).prepare();
		process.kill(process.pid, '${signal}');
		setTimeout(() => console.log(heard), 200);
	`;
	try {
		expect(execFileSync(process.execPath, ['--input-type=module', '--eval', script], {encoding: 'utf8'})).toBe('1\n');
	} finally {
		rmSync(home, {recursive: true});
	}
});
