import type {Instance} from '@aws-sdk/client-ec2';

/** How publishers name their images. The first that fits counts; `$1` is the version. */
const patterns: [RegExp, string][] = [
	[/^al2023-ami\b/, 'Amazon Linux 2023'],
	[/^amzn2-ami\b/, 'Amazon Linux 2'],
	[/^amzn-ami\b/, 'Amazon Linux AMI (2018.03)'],
	[/^bottlerocket-/, 'Bottlerocket'],
	[/^ubuntu.*?-(\d\d\.\d\d)-/, 'Ubuntu $1'],
	[/^debian-(\d+)-/, 'Debian $1'],
	[/^Rocky-(\d+)-/, 'Rocky Linux $1'],
	[/^AlmaLinux(?: OS)?[ -](\d+)/, 'AlmaLinux $1'],
	[/^RHEL-(\d+)/, 'Red Hat Enterprise Linux $1'],
	[/^CentOS.*?(\d+)/, 'CentOS $1'],
	[/^Fedora-Cloud-Base.*?-(\d\d)[-.]/, 'Fedora $1'],
	[/^suse-sles-(\d+)/, 'SUSE Linux Enterprise $1'],
	[/^Windows_Server-(\d{4})/, 'Windows Server $1'],
];

/**
 * What an instance probably runs, by its image's name.
 * @param image undefined when the image is gone or its name could not be learnt
 */
export function systemOf(instance: Pick<Instance, 'Platform' | 'PlatformDetails'>, image: string | undefined): string {
	const windows = instance.Platform?.toLowerCase() === 'windows' || /^Windows/.test(instance.PlatformDetails ?? '');
	for (const [pattern, system] of patterns) {
		const match = pattern.exec(image ?? '');
		if (match && windows === system.startsWith('Windows')) return system.replace('$1', match[1] ?? '');
	}
	if (windows) return 'Windows';
	// PlatformDetails is about billing: everything that costs nothing extra is `Linux/UNIX`.
	const billed = instance.PlatformDetails ?? '';
	return billed === '' || billed.startsWith('Linux') ? 'Linux' : billed;
}
