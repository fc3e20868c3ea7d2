/** What a host's packages and services are handled with, for the steps that are about them. */
export type System = {
	packages: 'dnf' | 'yum' | 'apt';
	services: 'systemd' | 'sysv';
	/** For apt: the suite of repositories that name none, which is the release's code name. */
	suite?: string | undefined;
};
