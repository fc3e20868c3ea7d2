import {createHash} from 'node:crypto';

/** The host keys a cluster knows, kept by the caller. `host` is the name in messages; a bastion is `bastion ADDRESS:PORT`. */
export type HostKeyPolicy = {
	/** The pinned fingerprint, `SHA256:...`. */
	get(host: string): string | undefined;
	/** Called once the login has succeeded. */
	set(host: string, fingerprint: string): void;
	/** Trust on first use: the fingerprint is shown before anything is sent to the host. */
	onFirstUse(host: string, fingerprint: string): void;
};

/** As `ssh-keygen -lf` prints it. `key` is the public key in ssh's wire form. */
export function fingerprintOf(key: Buffer): string {
	return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The server answered with another key than the pinned one. */
export class ChangedKey extends Error {
	readonly known: string;
	readonly shown: string;

	constructor(known: string, shown: string) {
		super(`host key changed from ${known} to ${shown}`);
		this.known = known;
		this.shown = shown;
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
					first = true;
					policy.onFirstUse(host, now);
				}
			} else if (known !== undefined && known !== now) changed = new ChangedKey(known, now);
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
