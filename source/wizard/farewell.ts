import {failedIn} from './screens/verified.ts';
import type {WizardState} from './state.ts';
import {subjectOf} from './subject.ts';

/** What stays in the scrollback after the wizard: what came of it, and how to go on. */
export function farewell(state: WizardState): string[] {
	const {install, verified} = state;
	const name = subjectOf(state).subject?.cluster.name ?? 'the cluster';
	const lines = [...install.deeds];
	if (install.run > 0 && (install.stopped || install.failed > 0 || install.work === 'running')) {
		lines.push(`The installation of ${name} is not finished. mesos-setup goes on where it stopped.`);
		if (state.logPath) lines.push(`Log: ${state.logPath}`);
		return lines;
	}
	if (verified.run > 0 && verified.work === 'done') {
		const bad = verified.lines.filter(({status}) => status === 'failed').length + verified.problems.length;
		lines.push(
			failedIn(state)
				? `${bad} checks failed; mesos-setup verify tells more.`
				: `${name} works: ${verified.lines.length} checks.`,
		);
		for (const {name: page, url} of verified.urls) lines.push(`${page.padEnd(9)}${url}`);
	}
	return lines.length > 0 || install.run > 0 ? lines : ['Nothing was changed on any host.'];
}
