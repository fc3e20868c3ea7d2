import {suggest} from '../../discovery/suggest.ts';
import type {Key} from '../keys.ts';
import {go, type WizardState} from '../state.ts';
import {signs, typeInto} from '../text-input.ts';
import {parseTypedHosts} from '../typed-hosts.ts';
import {startCheck} from './check.ts';
import {toRoles} from './roles.ts';

type Addresses = WizardState['addresses'];

/** A key in the field of several lines; undefined when it is none of an editor's. */
function edit({lines, line, at, problems}: Addresses, key: Key): Addresses | undefined {
	const text = lines[line] ?? '';
	const place = (to: number, column: number): Addresses => ({
		lines,
		line: to,
		at: Math.min(column, signs(lines[to] ?? '').length),
		problems,
	});
	if (key.name === 'up') return place(Math.max(0, line - 1), at);
	if (key.name === 'down') return place(Math.min(lines.length - 1, line + 1), at);
	if (key.name === 'backspace' && at === 0) {
		if (line === 0) return place(0, 0);
		const before = lines[line - 1] ?? '';
		const joined = [...lines.slice(0, line - 1), before + text, ...lines.slice(line + 1)];
		return {lines: joined, line: line - 1, at: signs(before).length, problems: []};
	}
	if (key.name === 'text' && !key.ctrl && /[\r\n]/.test(key.text)) {
		const pasted = key.text.split(/\r\n|\r|\n/);
		const all = signs(text);
		const first = all.slice(0, at).join('') + (pasted[0] ?? '');
		const last = pasted.at(-1) ?? '';
		const tail = all.slice(at).join('');
		const between = pasted.slice(1, -1);
		const inserted = [first, ...between, last + tail];
		return {
			lines: [...lines.slice(0, line), ...inserted, ...lines.slice(line + 1)],
			line: line + inserted.length - 1,
			at: signs(last).length,
			problems: [],
		};
	}
	const typed = typeInto({text, at}, key);
	if (!typed) return undefined;
	return {lines: lines.map((one, i) => (i === line ? typed.text : one)), line, at: typed.at, problems: []};
}

/** Goes on when every line is a host; the roles that were not written are suggested. */
function leave(state: WizardState): WizardState {
	const {candidates, roles, problems} = parseTypedHosts(state.addresses.lines);
	if (candidates.length === 0 && problems.length === 0) {
		problems.push({cause: 'no host is written here yet.', fix: 'Write one host per line.'});
	}
	const shown = {...state, addresses: {...state.addresses, problems}};
	if (problems.length > 0) return shown;
	if (state.flow.kind === 'known') return startCheck(shown);
	const all = candidates.every(({id}) => roles[id]);
	const next = toRoles(shown, candidates);
	const suggested = Object.fromEntries(suggest(candidates).roles);
	const explanation = all ? 'As you wrote them.' : next.roles.explanation;
	const given = Object.keys(roles).length > 0;
	// A half-written list is completed with slaves: who named the masters meant all of them.
	const merged = given ? Object.fromEntries(candidates.map(({id}) => [id, roles[id] ?? 'slave'])) : suggested;
	const typedFor = JSON.stringify(roles);
	if (state.roles.suggestedFor === next.roles.suggestedFor + typedFor)
		return go({...shown, roles: state.roles}, 'roles');
	return go(
		{...next, roles: {...next.roles, roles: merged, explanation, suggestedFor: next.roles.suggestedFor + typedFor}},
		'roles',
	);
}

export function pressAddresses(state: WizardState, key: Key): WizardState {
	const {addresses} = state;
	if (key.name === 'enter') {
		// An empty line at the end is how a list ends.
		const last = addresses.line === addresses.lines.length - 1;
		if (last && (addresses.lines[addresses.line] ?? '').trim() === '') return leave(state);
		return pressAddresses(state, {name: 'text', text: '\n', ctrl: false});
	}
	if (key.name === 'tab') return leave(state);
	const edited = edit(addresses, key);
	return edited ? {...state, addresses: edited} : state;
}
