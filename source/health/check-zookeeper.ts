import type {Cluster} from '../cluster/model.ts';
import {lookAt, type Report} from './checks.ts';
import {askEnsemble, isMember} from './ensemble.ts';
import type {Reach} from './reach.ts';

/** The quorum, and each server as a member of it. Starts asking at once; call the answer to report. */
export function checkZookeeper(cluster: Cluster, reach: Reach): Promise<(report: Report) => void> {
	return askEnsemble(cluster, reach).then(ensemble => report => {
		const {serving, detail, missing, answers} = ensemble;
		const check = 'zookeeper quorum';
		if (serving) report({check, status: 'ok', detail});
		else
			report({
				check,
				status: 'failed',
				detail,
				fix: lookAt('zookeeper', missing.length > 0 ? missing : answers.map(({host}) => host)),
			});
		for (const {host, answer} of answers) {
			if (isMember(answer, answers.length)) {
				report({host, check: 'zookeeper member', status: 'ok', detail: answer.mode});
			} else {
				const said = answer.mode === 'standalone' ? 'runs standalone, outside the ensemble' : answer.detail;
				const found = answer.mode === 'unreachable' ? `does not answer (${said})` : said;
				report({
					host,
					check: 'zookeeper member',
					status: 'failed',
					detail: found,
					fix: memberFix(host, answer.mode, missing),
				});
			}
		}
	});
}

function memberFix(host: string, mode: string, missing: string[]): string {
	const others = missing.filter(name => name !== host);
	// A server without a quorum is healthy itself; the cause lies with those it waits for.
	if (mode === 'not-serving' && others.length > 0) return lookAt('zookeeper', others);
	return lookAt('zookeeper', [host]);
}
