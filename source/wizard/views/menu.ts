import {menuChoices} from '../screens/menu.ts';
import type {WizardState} from '../state.ts';
import {blank, type Canvas, itemRows, paragraph, problemRows, type Row, row, windowed} from './rows.ts';

export function menuView(state: WizardState, canvas: Canvas): Row[] {
	const {flow, menu} = state;
	const {width, height, look} = canvas;
	if (flow.kind !== 'known') return [];
	const {cluster, last_used, name} = flow.known;
	if (menu.forgetting !== 'no') {
		const what = `The hosts stay as they are; this computer loses its copy of who is who, and the host keys it has seen. The masters keep theirs.`;
		return [row(`Forget the cluster ${name}?`, 'strong'), blank, ...paragraph(what, width)];
	}
	const masters = cluster.hosts.filter(({role}) => role === 'master').length;
	const slaves = cluster.hosts.length - masters;
	const about = `${masters} master${masters === 1 ? '' : 's'}, ${slaves} slave${slaves === 1 ? '' : 's'}${cluster.region ? `, ${cluster.region}` : ''}, last used ${last_used.slice(0, 16).replace('T', ' ')}`;
	const head = [row(`What do you want to do with ${name}?`, 'strong'), row(about, 'quiet'), blank];
	const items = itemRows(menuChoices(state), menu.cursor, canvas);
	const told = menu.problems.flatMap(problem => problemRows(problem, canvas));
	const foot = told.length > 0 ? [blank, ...told] : [];
	return [...head, ...windowed(items, menu.cursor, height - head.length - foot.length, look), ...foot];
}
