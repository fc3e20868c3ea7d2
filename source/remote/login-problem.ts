import {SetupError} from '../cluster/setup-error.ts';
import {cleanText} from './clean-text.ts';
import {ChangedKey} from './host-keys.ts';
import type {LoginError} from './open-client.ts';
import type {StartError} from './start-runner.ts';

const renewal = (user: string) => `Renew the account there as root: chage -E -1 -M -1 -d "$(date +%F)" ${user}`;

/** A failed login in the user's words. `host` is the cluster's name of it, `where` names a bastion instead of the host itself. */
export function loginProblem(failure: LoginError, host: string, waited: number, where?: string): SetupError {
	const {user, address, port, key, agent} = failure.login;
	const at = `${where ? `${where} ` : ''}${address.includes(':') ? `[${address}]` : address}:${port}`;
	const seconds = `${Math.max(1, Math.round(waited / 1000))} s`;
	const said = cleanText(failure.message)
		.trim()
		.replace(/[.:\s]+$/, '');
	const problem = (cause: string, fix: string) => new SetupError({cause, fix, host, exitCode: 1, error: failure});
	switch (failure.kind) {
		case 'refused':
			return problem(
				`${at} refuses connections (tried for ${seconds}).`,
				'Check that sshd runs there, and the address and ssh.port of the host.',
			);
		case 'silent':
			return problem(
				`${at} does not answer (tried for ${seconds}).`,
				`Check that the instance runs, its address, and that its security group lets TCP port ${port} in from this computer.`,
			);
		case 'unreachable':
			return problem(
				`There is no way to ${at} from this computer: ${said}.`,
				'Check the address, the VPN, and whether a bastion (ssh.bastion) is needed.',
			);
		case 'unknown-name':
			return problem(
				`The name ${address} cannot be resolved: ${said}.`,
				'Check the address of the host in the cluster file.',
			);
		case 'no-name-service':
			return problem(
				`The name ${address} cannot be looked up, for no name server answers this computer (tried for ${seconds}): ${said}.`,
				"Check this computer's network, VPN and DNS, or write the host's IP address in the cluster file.",
			);
		case 'booting':
			return problem(`${at} is still booting (waited ${seconds}): ${said}.`, 'Wait a minute and run again.');
		case 'denied': {
			const offered = [key ? `the key ${key.path}` : '', agent ? 'the keys of ssh-agent' : '']
				.filter(Boolean)
				.join(' and ');
			return problem(
				`${at} refuses user ${user} with ${offered}.`,
				"Check ssh.user (Amazon Linux: ec2-user, Ubuntu: ubuntu, Debian: admin) and that the key is the one the instance was launched with. If both are right, .ssh/authorized_keys there must be the user's own and writable by nobody else (journalctl -u sshd on the host says so).",
			);
		}
		case 'too-many-keys':
			return problem(
				`${at} ends the login of ${user} after too many wrong keys: ssh-agent offers more of them than its MaxAuthTries allows.`,
				"Set ssh.key to the instances' key file, which is then the only one offered, or remove keys from the agent (ssh-add -d).",
			);
		case 'expired':
			return problem(`${at} lets ${user} in no more: ${said}.`, renewal(user));
		case 'agent':
			return problem(
				`ssh-agent (${agent}) does not help to log in to ${at}: ${said}.`,
				'Start ssh-agent and add the key to it, or set ssh.key to the key file.',
			);
		case 'changed-key': {
			const changed = failure.cause instanceof ChangedKey ? failure.cause : undefined;
			if (changed?.vouched) {
				return problem(
					`${at} shows the host key ${changed.shown}, its console says ${changed.known}. It may be another machine.`,
					"Look at the instance's system log in the EC2 console; if its host keys were made anew since it booted, reboot it.",
				);
			}
			return problem(
				`The host key of ${at} has changed: known is ${changed?.known}, it shows ${changed?.shown}. Somebody may be listening in.`,
				`Compare the new fingerprint with the one in the instance's console output; only if the host was really replaced, put it in the place of the old one${changed?.file ? ` in ${changed.file}` : ''}.`,
			);
		}
		case 'no-agreement':
			return problem(
				`${at} and this program have no way of encryption in common: ${said}.`,
				'Update the sshd of the host.',
			);
		case 'forward-refused':
			return problem(
				`The ${at} cannot open a connection to the host: ${said}.`,
				"Check that the host runs, its address as seen from the bastion, and that the host's security group lets the bastion in.",
			);
		case 'forward-forbidden':
			return problem(
				`The ${at} may not forward connections: ${said}.`,
				'Allow it in the sshd_config of the bastion: AllowTcpForwarding yes.',
			);
		case 'reset':
			return problem(
				`${at} closed the connection during login (tried for ${seconds}): ${said}.`,
				"Check that it is an ssh server, and the host's sshd log (/etc/nologin, MaxStartups, fail2ban, a full disk).",
			);
	}
}

/** Why a connection in use went away, as the end of a sentence; `error` is ssh2's, undefined when the host just closed. */
export function lossOf(
	error: (Error & {level?: unknown; code?: unknown}) | undefined,
	bastion?: {address: string; port: number; broken: boolean},
): string {
	const between = bastion && `the bastion ${bastion.address}:${bastion.port}`;
	if (bastion?.broken) return `${between} went down, rebooted or was cut off, and with it the way to the host`;
	if (error === undefined || error.code === 'ECONNRESET' || error.code === 'EPIPE') {
		return 'the host closed it, because it went down, rebooted, or its sshd or the session was ended';
	}
	if (error.level === 'client-timeout' || error.code === 'ETIMEDOUT') {
		return `no answer came any more, so the host${between ? ` or ${between}` : ''} is off, hangs, or the network between is cut`;
	}
	return cleanText(error.message)
		.trim()
		.replace(/[.:\s]+$/, '');
}

/** A login that worked but gave no runner, in the user's words. */
export function startProblem(error: StartError, host: string, user: string, address: string): SetupError {
	const words = error.said.slice(-500);
	const said = words === '' ? '' : ` It said: ${words}${/[.!?]$/.test(words) ? '' : '.'}`;
	const problem = (cause: string, fix: string) => new SetupError({cause, fix, host, exitCode: 1, error});
	const sudoers = `Give it passwordless sudo, e.g. in /etc/sudoers.d/mesos-setup: ${user} ALL=(ALL) NOPASSWD:ALL`;
	switch (error.trouble) {
		case 'password':
			return problem(`sudo on ${address} wants a password of ${user}.`, sudoers);
		case 'sudo-denied':
			return problem(`User ${user} may not use sudo on ${address}.`, sudoers);
		case 'other-user': {
			const [, right = 'another one'] = /as the user "?([^"\s]+)/i.exec(error.said) ?? [];
			return problem(
				`User ${user} may log in to ${address}, but do nothing: it wants ${right}.`,
				`Set ssh.user to ${right}.`,
			);
		}
		case 'expired':
			return problem(`The account of ${user} on ${address}, or its password, has expired.${said}`, renewal(user));
		case 'sudo-broken':
			return problem(
				`sudo on ${address} does not work for ${user}.${said}`,
				`${sudoers}; \`sudo -n true\` must work there.`,
			);
		case 'sudo-missing':
			return problem(`There is no sudo on ${address}.`, 'Install sudo there, or log in as root (ssh.user).');
		case 'tty':
			return problem(
				`sudo on ${address} wants a terminal (requiretty), and one was not enough.`,
				`Exempt the user: Defaults:${user} !requiretty`,
			);
		case 'tool-missing':
			return problem(`${address} lacks basic commands.${said}`, 'Install coreutils and util-linux there.');
		case 'folder':
			return problem(`On ${address} ${error.said}.`, 'Check for a full or read-only file system there.');
		case 'silent':
			return problem(
				`${address} accepted the login, but no shell answered.${said}`,
				`Look for a login shell that asks questions or waits (.bashrc of ${user}), or a sudo that waits for name resolution.`,
			);
		case 'channel':
			return problem(
				`${address} let ${user} in, but its sshd starts no command.${said}`,
				`Log in by hand with ssh and look what it says; see limits of processes (nproc in /etc/security/limits.d) and MaxSessions there, and "journalctl -u sshd".`,
			);
		case 'closed':
			return problem(
				`The login shell of ${user} on ${address} ended before it could be used.${said}`,
				`Check its login shell and .bashrc, and ForceCommand in the host's sshd_config: \`ssh ${user}@${address} true\` must work.`,
			);
	}
}
