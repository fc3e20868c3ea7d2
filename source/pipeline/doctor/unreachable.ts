import type {SourceAnswer} from './source-probe.ts';

/** An address without credentials and signatures, as it may be shown. */
export const shown = (url: URL) => `${url.origin}${url.pathname}`;

/** The last thing curl or dnf said, on one line. */
export function lastWords(said: string): string {
	const lines = said.split('\n').filter(line => /^(curl:|Error|error)/.test(line));
	return (lines.at(-1) ?? said.trim().split('\n').at(-1) ?? '').slice(0, 300).trim();
}

/** curl's exit codes of a server that is not there, in words that say what to look at. */
const meanings: ReadonlyMap<number, string> = new Map([
	[5, 'the proxy has no address'],
	[7, 'nothing listens there, or there is no way there'],
	[28, 'no answer in time'],
	[52, 'the server hangs up without an answer'],
	[56, 'the connection breaks off'],
]);

/** Why nothing came from an address; undefined when something did. `where` is shown to the user. */
export function unreachable(
	{unresolved, exit = 0, code, said}: SourceAnswer,
	where: string,
	field: string,
): {detail: string; fix: string} | undefined {
	const correct = `Correct ${field} in the cluster file`;
	if (unresolved !== undefined) {
		return {
			detail: `${where}: the host name ${unresolved} has no address on this host.`,
			fix: `${correct}, or mend the name service (/etc/resolv.conf, "enableDnsSupport" of the VPC).`,
		};
	}
	// 23: the first bytes were enough; 63 and 18 likewise.
	if (code >= 200 && code < 300 && [0, 18, 23, 63].includes(exit)) return undefined;
	if (code === 404 || code === 410) {
		return {detail: `${where} is not there (HTTP ${code}).`, fix: `${correct}: it was moved or removed.`};
	}
	if (code === 401 || code === 403 || code === 407) {
		return {detail: `${where} is not given out (HTTP ${code}).`, fix: `${correct}, or allow these hosts to read it.`};
	}
	if (code === 429) {
		return {
			detail: `${where}: too many requests from this address (HTTP 429).`,
			fix: 'Wait, or use a registry or mirror of your own.',
		};
	}
	if (exit === 0 && code > 0) {
		return {detail: `${where} answers HTTP ${code}.`, fix: `Try again later, or correct ${field} in the cluster file.`};
	}
	if (exit === 127) {
		return {detail: `${where} could not be tried: there is no curl on this host.`, fix: 'Install curl-minimal.'};
	}
	if ([35, 51, 58, 60, 77].includes(exit)) {
		return {
			detail: `${where}: its certificate is not trusted by this host (${lastWords(said)}).`,
			fix: `Put its authority where the host looks for it: /etc/docker/certs.d/REGISTRY/ca.crt for an image, /etc/pki/ca-trust/source/anchors and "update-ca-trust" for the rest; or correct ${field} in the cluster file.`,
		};
	}
	const why = meanings.get(exit) ?? (lastWords(said) || `curl ended with ${exit}`);
	return {
		detail: `${where} cannot be reached from this host: ${why}.`,
		fix: `Allow it to go out (route, NAT gateway or proxy, outbound rules of the security group), or correct ${field} in the cluster file.`,
	};
}
