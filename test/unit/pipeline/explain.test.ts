import {describe, expect, test} from 'vitest';
import {excerpt, explain} from '../../../source/pipeline/explain.ts';
import {recognised} from '../../../source/pipeline/known-failures.ts';
import type {Step} from '../../../source/steps/step.ts';

const download: Step = {kind: 'package', title: 'packages docker', names: [{name: 'docker'}]};
const daemon: Step = {kind: 'service', title: 'service zookeeper', unit: 'zookeeper'};

function failure(output: string, step = download) {
	return explain('slave-1', step, {status: 'failed', phase: 'apply', code: 1, timedOut: false, output, ms: 1});
}

describe('what operators have met before is named', () => {
	test.each([
		['Curl error (23): Failed writing received data to disk/application for http://m/a.rpm', /disk is full.*df -h/],
		['At least 25MB more space needed on the / filesystem.\ninstalling needs 25MB on the / filesystem', /disk is full/],
		['The script of the step could not be written to /run/mesos-setup/run.x.', /disk is full/],
		['Somebody has masked rsyslog.service. If it may run: systemctl unmask rsyslog.service', /masked.*unmask/],
		['mkdir: cannot create directory ‘/opt/x’: Read-only file system', /read-only.*remount/],
		['Malformed lock file found: /var/cache/dnf/metadata_lock.pid.', /damaged.*pgrep.*systemd-tmpfiles/],
		['error: rpmdb: damaged header #12 retrieved\nerror: rpmdb open failed', /damaged.*--rebuilddb/],
		['Waiting for process with pid 4711 to finish.', /in use by another process.*Wait until/],
		['repomd.xml GPG signature verification error: Bad GPG signature', /not signed.*gpgkey/],
		['Error: GPG check FAILED', /not signed.*gpgkey/],
		[
			'GPG verification is enabled, but GPG signature is not available. Status code: 404 for http://m/repomd.xml.asc',
			/only signed lists.*repo_gpgcheck=0/,
		],
		['x509: certificate has expired or is not yet valid: current time 2019-01-01T00:00:00Z', /clock.*date -u/],
		['curl: (60) SSL certificate problem: unable to get local issuer certificate', /cannot be trusted.*authority/],
		['Get "https://r:5000/v2/": tls: first record does not look like a TLS handshake', /speaks no TLS/],
		['http: server gave HTTP response to HTTPS client', /speaks no TLS/],
		['dial tcp: lookup registry.example on 10.0.0.2:53: no such host', /no address: name resolution.*DNS/],
		[
			'Status code: 404 for http://mirror/nokey.asc (IP: 10.0.0.1)',
			/has not got what it was asked for.*Check the address/,
		],
		['curl: (22) The requested URL returned error: 403', /has not got.*does not give it/],
		['Error: repomd.xml parser error: Element <repomd> was not found - Bad repomd file', /something else.*"baseurl"/],
		['curl: (22) The requested URL returned error: 503', /server has an error of its own.*later/],
		['received unexpected HTTP status: 500 Internal Server Error', /server has an error of its own/],
		['curl: (47) Maximum (50) redirects followed', /round in circles.*curl -IL/],
		[
			'Curl error (28): Timeout was reached for http://m/a.rpm [Operation too slow. Less than 1000 bytes/sec]',
			/too slowly.*nearer server/,
		],
		['/tmp/script: line 12:   311 Killed                  dnf -y install docker', /memory.*dmesg/],
		['http://m/a.tar.gz gives a web page of 18 bytes instead of an archive: a login page.', /another file.*"url"/],
		[
			'http://m/a.tar.gz is an archive, but not the expected one: expected checksum 1, found 2',
			/another file.*publisher/,
		],
		['toomanyrequests: You have reached your pull rate limit', /no more images.*Wait/],
		['manifest for registry/a:v1 not found: manifest unknown: manifest unknown', /no such image.*digest/],
		[
			'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.',
			/Docker does not run.*journalctl -u docker/,
		],
		['Error: Unable to find a match: mesos', /no package of that name/],
		['Problem: conflicting requests\n - nothing provides libevent-2.1.so.6', /do not fit/],
		[
			'Error response from daemon: Get "https://r:5000/v2/": read: connection reset by peer',
			/download failed.*reaches/,
		],
		['error pulling image configuration: unexpected EOF', /download failed/],
		['chattr: Operation not permitted', /kernel forbids.*lsattr/],
		['sh: fork: retry: Resource temporarily unavailable', /no processes or open files/],
	])('%s', (output, words) => {
		const {reason, fix} = failure(output);
		expect(`${reason} ${fix}`).toMatch(words);
		expect(reason).toContain(output.split('\n').at(-1));
	});

	test.each([
		['java.net.BindException: Address already in use', /port the daemon needs is taken.*ss -ltnp/],
		[
			'Unable to access datadir, exiting abnormally\njava.nio.file.AccessDeniedException: /var/lib/zookeeper',
			/belongs to/,
		],
		['OpenJDK: error=12: insufficient memory for the Java Runtime Environment to continue', /memory.*free -m/],
		[
			'keep the current agent id, you might want to change the\n`--reconfiguration_policy` flag to a more permissive value.',
			/refuses to start with changed attributes.*meta\/slaves\/latest/,
		],
		["zookeeper.service: Failed with result 'oom-kill'.", /memory/],
		['audit: avc:  denied  { write } for pid=1 comm="java"', /SELinux.*setenforce 0/],
	])('of a daemon: %s', (output, words) => {
		const {reason, fix} = failure(output, daemon);
		expect(`${reason} ${fix}`).toMatch(words);
	});

	test('a daemon that waits for another one has not failed to download', () => {
		const output = 'java.net.ConnectException: Connection refused';
		expect(recognised(output)?.cause).toBe('a download failed');
		expect(recognised(output, true)).toBeUndefined();
		expect(failure(output, daemon).fix).toMatch(/Mend what it says/);
	});
});

test('a step that was killed, or took too long, without a word has a cause and a fix all the same', () => {
	const ended = {status: 'failed', phase: 'apply', output: '', ms: 1} as const;
	const killed = explain('slave-1', download, {...ended, code: 137, timedOut: false});
	expect(`${killed.reason} ${killed.fix}`).toMatch(/status 137: something has killed it.*memory.*dmesg/);
	const late = explain('slave-1', download, {...ended, code: 124, timedOut: true});
	expect(`${late.reason} ${late.fix}`).toMatch(/did not end in time.*slow.*timeouts.step/);
});

test('the telling line is told even when a hundred others come after it', () => {
	const {reason} = failure(`java.net.BindException: Address already in use\n${'at java.base/x\n'.repeat(100)}exiting`);
	expect(reason).toContain('It said: java.net.BindException: Address already in use | at java.base/x');
	expect(reason).toMatch(/exiting$/);
});

test('an excerpt has a bound, and nothing that acts on a terminal', () => {
	const text = excerpt('a\u001b[2Jb\r\n'.repeat(500), `\u001b]0;x\u0007${'long '.repeat(500)}`, 400);
	expect(text).not.toMatch(/[\x00-\x1f\x7f]/);
	expect(text.length).toBeLessThan(620);
});

test('what a secret step printed is told to nobody', () => {
	const {reason} = failure('hunter2 No space left on device', {...download, secret: true} as Step);
	expect(reason).toBe('failed with status 1.');
});
