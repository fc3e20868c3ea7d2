import {quorum} from '../../cluster/quorum.ts';
import type {Look} from '../../panels/look.ts';
import {nothingToShow} from '../jobs.ts';
import {count} from '../quantities.ts';
import {accountItems} from '../screens/account.ts';
import {otherKeys} from '../screens/key.ts';
import {countRoles, roleFacts, unfitMaster} from '../screens/roles.ts';
import {accountName, startChoices} from '../screens/start.ts';
import type {WizardState} from '../state.ts';
import {candidatesIn, chosenCandidates} from '../subject.ts';
import {signs} from '../text-input.ts';
import {
	blank,
	type Canvas,
	fitted,
	inputSpans,
	itemRows,
	marked,
	paragraph,
	pointer,
	problemRows,
	prompt,
	type Row,
	row,
	waiting,
	windowed,
} from './rows.ts';
import {tableRows} from './table.ts';

export function startView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {found, cursor} = state.start;
	const greeting =
		'Builds a highly available Mesos cluster: ZooKeeper, Mesos, Marathon and Chronos on hosts you reach with ssh. Nothing changes on a host before you have seen the plan.';
	const head = [...paragraph(greeting, width, 'quiet'), blank];
	if (found.status === 'waiting') return [...head, waiting('Looking around on this computer', look)];
	if (found.status === 'failed') return [...head, ...found.problems.flatMap(problem => problemRows(problem, canvas))];
	const keys = found.value.agentKeys;
	const foot =
		keys > 0 ? [blank, ...marked(look.glyphs.ok, `ssh-agent holds ${count(keys, 'key')}.`, width, 'ok', 'quiet')] : [];
	const items = itemRows(startChoices(state), cursor, canvas);
	return [
		...head,
		row('Where are the hosts of your cluster?', 'strong'),
		blank,
		...windowed(items, cursor, height - head.length - 2 - foot.length, look),
		...foot,
	];
}

export function accountView(state: WizardState, canvas: Canvas): Row[] {
	const {account} = state;
	const {height, look} = canvas;
	const question = account.profile === undefined ? 'With which profile?' : 'In which region?';
	const head = [row(question, 'strong'), blank];
	if (account.profile !== undefined && account.regions.status === 'waiting') {
		return [...head, waiting('Asking EC2 for its regions', look)];
	}
	if (account.profile !== undefined && account.regions.status === 'failed') {
		return [...head, ...account.regions.problems.flatMap(problem => problemRows(problem, canvas))];
	}
	const items = accountItems(state).map(item => ({...item, label: item.label || 'environment'}));
	return [...head, ...windowed(itemRows(items, account.cursor, canvas), account.cursor, height - 2, look)];
}

/** What Tab found the path could become. */
const completionRows = (names: readonly string[], {width, look}: Canvas): Row[] =>
	names.length > 0 ? [row(fitted(names.join('   '), width, look.glyphs), 'quiet')] : [];

export function fileView({file}: WizardState, canvas: Canvas): Row[] {
	const {width, look} = canvas;
	return [
		row('Where is the cluster file?', 'strong'),
		blank,
		[prompt, ...inputSpans(file.path, width - 4, look)],
		blank,
		...(file.reading ? [waiting('Reading it', look)] : []),
		...completionRows(file.completions, canvas),
		...file.problems.flatMap(problem => problemRows(problem, canvas)),
	];
}

export function addressesView({addresses, flow}: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {lines, line, at, problems} = addresses;
	const adding = flow.kind === 'known';
	const how = adding
		? 'One slave per line: its address, its private IPv4 address if that is another one, a name in front if you like.'
		: 'One host per line: its address, its private IPv4 address if that is another one, then master or slave if you know.';
	const example = adding ? 'slave-4=203.0.113.24, 10.0.1.24' : '203.0.113.10, 10.0.1.10, master';
	const told = problems.slice(0, 2).flatMap(problem => problemRows(problem, canvas));
	const head = [
		row(adding ? 'Which hosts become slaves?' : 'Which hosts?', 'strong'),
		...paragraph(how, width, 'quiet'),
		...paragraph(`For example: ${example}`, width, 'quiet'),
		blank,
	];
	const room = height - head.length - (told.length > 0 ? told.length + 1 : 0);
	const rows = lines.map((text, i): Row => {
		const front = [pointer(i === line, look), {text: `${String(i + 1).padStart(2)}  `, tone: 'quiet' as const}];
		if (i !== line) return [...front, {text: fitted(text, width - 6, look.glyphs).trimEnd()}];
		return [...front, ...inputSpans({text, at: Math.min(at, signs(text).length)}, width - 6, look)];
	});
	return [...head, ...windowed(rows, line, room, look), ...(told.length > 0 ? [blank, ...told] : [])];
}

export function instancesView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {instances, start, flow} = state;
	const adding = flow.kind === 'known';
	const question = adding ? 'Which instances become slaves?' : 'Which instances make the cluster?';
	const head = [row(question, 'strong')];
	if (instances.found.status === 'waiting') {
		return [...head, blank, waiting(instances.found.note ?? `Asking EC2 (${accountName(start.account)})`, look)];
	}
	if (instances.found.status === 'failed') {
		return [...head, blank, ...instances.found.problems.flatMap(problem => problemRows(problem, canvas))];
	}
	const rows = candidatesIn(state);
	if (nothingToShow(state)) {
		const why = adding
			? 'Every instance there is in the cluster already.'
			: `There are no instances (${accountName(start.account)}).`;
		return [...head, blank, ...paragraph(`${why} Start some and press r, or go back for another region.`, width)];
	}
	const chosen = chosenCandidates(state).length;
	const able = rows.filter(({unsuitable}) => !unsuitable).length;
	const summary = `${chosen} chosen of ${able} that can serve${able < rows.length ? `, ${rows.length - able} cannot` : ''}.`;
	const said = instances.problem
		? marked('!', instances.problem, width, 'changed')
		: paragraph(chosen === 0 && instances.explanation ? instances.explanation : summary, width, 'quiet');
	const table = tableRows(
		rows,
		instances.table,
		{...canvas, height: height - head.length - said.length - 1},
		({id, unsuitable}) => {
			if (unsuitable) return {text: '', tone: 'quiet'};
			return instances.chosen.includes(id) ? {text: '[x]', tone: 'ok'} : {text: '[ ]', tone: 'plain'};
		},
		3,
	);
	return [...head, ...said, blank, ...table];
}

function factRows(state: WizardState, width: number, {glyphs}: Look): Row[] {
	const {masters, slaves} = countRoles(state);
	const unfit = masters > 0 ? (state.roles.problem ?? unfitMaster(state)) : undefined;
	const facts = [...roleFacts(masters, slaves), ...(unfit ? [{text: unfit, good: false}] : [])];
	return facts.flatMap(({text, good}) => marked(good ? glyphs.ok : '!', text, width, good ? 'ok' : 'changed'));
}

export function rolesView(state: WizardState, canvas: Canvas): Row[] {
	const {width, height, look} = canvas;
	const {roles} = state;
	const {masters, slaves} = countRoles(state);
	const counts = `${count(masters, 'master')}, ${count(slaves, 'slave')}, quorum ${masters === 0 ? 0 : quorum(masters)}`;
	const question = 'Who is master, who is slave?';
	const head: Row[] =
		question.length + counts.length + 3 <= width
			? [[{text: question, tone: 'strong'}, {text: `   ${counts}`}]]
			: [row(question, 'strong'), row(counts)];
	const facts = factRows(state, width, look);
	const why = paragraph(`Suggested: ${roles.explanation}`, width, 'quiet');
	// Where rows are few, what holds now is worth more than why it was suggested.
	const said = height >= 14 && roles.explanation !== '' ? [...facts, ...why] : facts;
	const table = tableRows(
		chosenCandidates(state),
		roles.table,
		{...canvas, height: height - head.length - said.length - 1},
		({id}) => {
			const role = roles.roles[id];
			if (!role) return {text: '-', tone: 'quiet'};
			return {text: role, tone: role === 'master' ? 'running' : 'ok'};
		},
		6,
	);
	return [...head, ...said, blank, ...table];
}

export function keyView(state: WizardState, canvas: Canvas): Row[] {
	const {width, look} = canvas;
	const {key} = state;
	const names = [...new Set(chosenCandidates(state).flatMap(({key_name}) => key_name ?? []))];
	const whose = names.length === 1 ? `The instances were started with the key pair ${names[0]}.` : '';
	const head = [
		row('Which private key opens the hosts?', 'strong'),
		...paragraph(`${whose} Leave it empty to use ssh-agent and ~/.ssh/config.`.trim(), width, 'quiet'),
		blank,
	];
	const trouble = key.trouble ? problemRows(key.trouble.problem, canvas) : [];
	if (key.asking === 'passphrase' && key.trouble) {
		return [
			...head,
			row(`  ${key.path.text}`),
			blank,
			row('The key is encrypted. Its passphrase:', 'strong'),
			[prompt, ...inputSpans(key.passphrase, width - 4, look, true)],
			...(key.checking ? [blank, waiting('Opening the key', look)] : []),
			...(key.trouble.refused && !key.checking ? [blank, ...trouble] : []),
		];
	}
	if (key.asking === 'chmod') {
		return [...head, row(`  ${key.path.text}`), blank, ...trouble, blank, row('Let me do that now?', 'strong')];
	}
	const others = otherKeys(state);
	const verdict =
		key.verdict && !key.trouble
			? [key.verdict.description, key.verdict.match?.detail].filter(Boolean).join('. ')
			: undefined;
	const told = key.checking
		? [waiting('Checking the key', look)]
		: [
				...trouble,
				...(verdict ? marked(look.glyphs.ok, verdict, width, 'ok') : []),
				...completionRows(key.completions, canvas),
			];
	const found = others.length > 0 && key.completions.length === 0 ? others.slice(0, 4) : [];
	return [
		...head,
		[prompt, ...inputSpans(key.path, width - 4, look)],
		...(told.length > 0 ? [blank, ...told] : []),
		...(found.length > 0 ? [blank, row('Also found:', 'quiet'), ...found.map(path => row(`  ${path}`, 'quiet'))] : []),
	];
}
