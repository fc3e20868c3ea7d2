import {createHash} from 'node:crypto';

/** The host keys a cluster knows, kept by the caller. `host` is the name in messages; a bastion is `bastion ADDRESS:PORT`. */
export type HostKeyPolicy = {
	/** The pinned fingerprint, `SHA256:...`. */
	get(host: string): string | undefined;
	/** Where the user finds what is pinned, for messages; unset where it is kept in memory only. */
	path?: string;
	/** Called once the login has succeeded. */
	set(host: string, fingerprint: string): void;
	/** Fingerprints that somebody who knows the host says it has; none where nobody does. A first key must be among them. */
	vouched?(host: string): readonly string[];
	/** Before anything is sent to the host. Where nobody vouched for the key this is trust on first use. */
	onFirstUse(host: string, fingerprint: string, vouched: boolean): void;
};

/** As `ssh-keygen -lf` prints it. `key` is the public key in ssh's wire form. */
export function fingerprintOf(key: Buffer): string {
	return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The server answered with another key than the pinned one, or than those that were vouched for. */
export class ChangedKey extends Error {
	readonly known: string;
	readonly shown: string;
	readonly vouched: boolean;
	/** The file the known one is pinned in. */
	readonly file: string | undefined;

	constructor(
		known: string,
		shown: string,
		{vouched = false, file}: Partial<Pick<ChangedKey, 'vouched' | 'file'>> = {},
	) {
		super(`host key changed from ${known} to ${shown}`);
		this.known = known;
		this.shown = shown;
		this.vouched = vouched;
		this.file = file;
	}
}

export type HostKeyCheck = {
	/** For ssh2's hostVerifier. */
	verify(key: Buffer): boolean;
	/** Pins a key seen for the first time; returns the fingerprint. */
	accept(): string;
	changed(): ChangedKey | undefined;
};

export function hostKeyCheck(policy: HostKeyPolicy, host: string): HostKeyCheck {
	let shown = '';
	let changed: ChangedKey | undefined;
	let first = false;
	return {
		verify(key) {
			const known = policy.get(host);
			const now = fingerprintOf(key);
			// ssh2 asks again when the keys of a long connection are renewed.
			if (known === undefined && now !== shown) {
				if (shown !== '') changed = new ChangedKey(shown, now);
				else {
					const vouched = policy.vouched?.(host) ?? [];
					first = vouched.length === 0 || vouched.includes(now);
					if (first) policy.onFirstUse(host, now, vouched.length > 0);
					else changed = new ChangedKey(vouched.join(' or '), now, {vouched: true});
				}
			} else if (known !== undefined && known !== now) changed = new ChangedKey(known, now, {file: policy.path});
			if (!changed) shown = now;
			return changed === undefined;
		},
		accept() {
			if (first && policy.get(host) === undefined) policy.set(host, shown);
			return shown;
		},
		changed: () => changed,
	};
}
