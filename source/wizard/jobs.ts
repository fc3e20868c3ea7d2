import type {Listener} from '../pipeline/events.ts';
import type {Action} from './reducer.ts';
import {isEditingPath} from './screens/settings.ts';
import {askedFor} from './screens/source.ts';
import type {Around, Services} from './services.ts';
import type {WizardState} from './state.ts';
import {candidatesIn, chosenCandidates, type Subject, subjectOf} from './subject.ts';

export type Dispatch = (action: Action) => void;

/** Something that takes time. It is begun when a state asks for it and stopped when a later state does not any more. */
export type Job = {
	/** Two states that ask for the same are served by one run of it. */
	id: string;
	run(services: Services, dispatch: Dispatch, around: Around): Promise<void>;
};

type About = (
	services: Services,
	subject: Subject,
	listener: Listener,
	around: Around,
	dispatch: Dispatch,
) => Promise<void>;

/** A job about the cluster that the answers make. */
function about(state: WizardState, id: string, run: About): Job {
	return {
		id,
		async run(services, dispatch, around) {
			const {subject, problems} = subjectOf(state);
			if (!subject || problems.length > 0) {
				dispatch({type: 'failed', problems});
				return;
			}
			const {mayReboot: reboot} = state.plan;
			await run(services, {...subject, reboot}, event => dispatch({type: 'event', event}), around, dispatch);
		},
	};
}

function keyJob(state: WizardState): Job | undefined {
	const {key, flow, start} = state;
	const instances = flow.kind === 'new' && flow.from === 'ec2' ? chosenCandidates(state) : [];
	const keyNames = [...new Set(instances.flatMap(({key_name}) => key_name ?? []))];
	if (!key.checking) {
		return {
			id: `proposals ${keyNames.join(' ')}`,
			run: async (services, dispatch) => dispatch({type: 'proposed', paths: await services.proposeKeys(keyNames)}),
		};
	}
	const path = key.path.text.trim();
	return {
		id: `key ${path}`,
		async run(services, dispatch, {signal}) {
			if (key.asking === 'chmod') await services.protectKey(path);
			const account = keyNames.length === 1 ? {...start.account, region: instances[0]?.region} : undefined;
			const passphrase = key.passphrase.text === '' ? undefined : key.passphrase.text;
			const answer = await services.checkKey(path, {passphrase, keyName: keyNames[0], account, signal});
			dispatch({type: 'key-checked', answer});
		},
	};
}

function verifiedJob(state: WizardState): Job | undefined {
	const {verified, flow} = state;
	const {opening} = verified;
	if (verified.work === 'running') {
		const prove = !(flow.kind === 'known' && flow.purpose === 'status');
		return about(state, `verify ${verified.run}`, async (services, subject, listener, around, dispatch) => {
			dispatch({type: 'verified', ...(await services.verify(subject, prove, listener, around))});
		});
	}
	if (!opening) return undefined;
	return about(state, `open ${opening.url}`, async (services, subject, _listener, around, dispatch) => {
		dispatch({type: 'opened', text: await services.openPage(subject, opening, around)});
	});
}

function planJob(state: WizardState): Job | undefined {
	const {plan} = state;
	if (plan.work === 'running') {
		return about(state, `plan ${plan.run}`, async (services, subject, listener, around, dispatch) => {
			dispatch({type: 'planned', reboots: await services.plan(subject, listener, around)});
		});
	}
	if (!plan.writing || !plan.saving) return undefined;
	const path = plan.saving.text.trim();
	return about(state, `save ${path}`, async (services, {cluster}, _listener, _around, dispatch) => {
		dispatch({type: 'saved', text: await services.saveClusterFile(path, cluster)});
	});
}

function lookAround({start: {found}}: WizardState): Job | undefined {
	if (found.status !== 'waiting') return undefined;
	return {
		id: 'look around',
		run: async (services, dispatch, {signal}) => dispatch({type: 'found', found: await services.lookAround(signal)}),
	};
}

/** What a state waits for; undefined when it is the person's turn. */
export function jobOf(state: WizardState): Job | undefined {
	switch (state.at) {
		case 'start':
			return lookAround(state);
		case 'account': {
			const {profile, regions} = state.account;
			if (profile === undefined || regions.status !== 'waiting') return undefined;
			return {
				id: `regions ${profile}`,
				run: async (services, dispatch, {signal}) =>
					dispatch({type: 'regions', regions: await services.listRegions(profile || undefined, signal)}),
			};
		}
		case 'instances': {
			if (state.instances.found.status !== 'waiting') return undefined;
			const {account} = state.start;
			return {
				id: `discover ${account.profile} ${account.region}`,
				run: async (services, dispatch, {signal}) => {
					const candidates = await services.discover(account, signal, text => dispatch({type: 'note', text}));
					dispatch({type: 'discovered', candidates});
				},
			};
		}
		case 'file':
			if (!state.file.reading) return undefined;
			return {
				id: `file ${state.file.path.text}`,
				run: async (services, dispatch) => {
					dispatch({type: 'file-read', ...(await services.readClusterFile(state.file.path.text.trim()))});
				},
			};
		case 'settings': {
			const {reading} = state.settings;
			if (reading === undefined) return undefined;
			return {
				id: `bundle ${reading}`,
				run: async (services, dispatch) => dispatch({type: 'bundle', path: await services.findBundle(reading)}),
			};
		}
		case 'source': {
			const source = askedFor(state)?.source;
			if (!source || source.kind === 'package') return undefined;
			return {
				id: `checksum ${JSON.stringify(source)}`,
				run: async (services, dispatch, {signal}) =>
					dispatch({type: 'published', checksum: await services.publishedChecksum(source, signal)}),
			};
		}
		case 'key':
			return keyJob(state);
		case 'check':
			if (state.check.work !== 'running') return undefined;
			return about(state, `check ${state.check.run}`, async (services, subject, listener, around, dispatch) => {
				const missing = await services.examine(subject, listener, around, state.check.adding);
				dispatch({type: 'examined', missing});
			});
		case 'plan':
			return planJob(state);
		case 'install':
			if (state.install.work !== 'running') return undefined;
			return about(state, `install ${state.install.run}`, async (services, subject, listener, around, dispatch) => {
				dispatch({type: 'applied', ...(await services.apply(subject, listener, around))});
			});
		case 'verified':
			return verifiedJob(state);
		case 'menu': {
			const {flow, menu} = state;
			if (menu.forgetting !== 'doing' || flow.kind !== 'known') return lookAround(state);
			return {
				id: 'forget',
				run: async (services, dispatch) => {
					await services.forget(flow.known.name);
					dispatch({type: 'forgotten'});
				},
			};
		}
		default:
			return undefined;
	}
}

function typedPath(state: WizardState): string | undefined {
	if (state.at === 'file') return state.file.reading ? undefined : state.file.path.text;
	if (state.at === 'key') return state.key.asking === 'path' ? state.key.path.text : undefined;
	return state.at === 'settings' && isEditingPath(state) ? state.settings.editing?.text : undefined;
}

/** What Tab completes where the person types a path; undefined elsewhere. */
export function completion(state: WizardState): Job | undefined {
	const text = typedPath(state);
	if (text === undefined || state.question) return undefined;
	return {
		id: `complete ${text}`,
		run: async (services, dispatch) => dispatch({type: 'completed', of: text, ...(await services.completePath(text))}),
	};
}

/** Whether any candidate is left to be added, for the empty table's words. */
export function nothingToShow(state: WizardState): boolean {
	return state.instances.found.status === 'ready' && candidatesIn(state).length === 0;
}
