import {Box} from 'ink';
import {Footer} from '../panels/footer.tsx';
import {least, type Size} from '../panels/layout.ts';
import {Line, LookText, type Span} from '../panels/line.tsx';
import type {Look} from '../panels/look.ts';
import {markSpans} from '../panels/spans.ts';
import {hintsOf} from './hints.ts';
import type {ScreenName, WizardState} from './state.ts';
import {checkView} from './views/check.ts';
import {menuView} from './views/menu.ts';
import {planView} from './views/plan.ts';
import {accountView, addressesView, fileView, instancesView, keyView, rolesView, startView} from './views/questions.ts';
import {blank, type Canvas, inputSpans, prompt, type Row, row} from './views/rows.ts';
import {settingsView, sourceView} from './views/settings.ts';
import {installView, verifiedView} from './views/verified.ts';

const views: Record<ScreenName, {title: string; step?: number; view: (state: WizardState, canvas: Canvas) => Row[]}> = {
	start: {title: 'Start', step: 1, view: startView},
	account: {title: 'Account', step: 1, view: accountView},
	file: {title: 'Cluster file', step: 1, view: fileView},
	addresses: {title: 'Hosts', step: 2, view: addressesView},
	instances: {title: 'Instances', step: 2, view: instancesView},
	roles: {title: 'Roles', step: 3, view: rolesView},
	key: {title: 'Key', step: 4, view: keyView},
	settings: {title: 'Settings', step: 5, view: settingsView},
	source: {title: 'Source', step: 5, view: sourceView},
	check: {title: 'Check', step: 6, view: checkView},
	plan: {title: 'Plan', step: 7, view: planView},
	install: {title: 'Install', step: 8, view: installView},
	verified: {title: 'Verified', step: 9, view: verifiedView},
	menu: {title: 'Cluster', view: menuView},
};

/** What stands at the right end of the header: how far, or which cluster. */
function place(state: WizardState, step: number | undefined): string {
	if (step === undefined) return state.flow.kind === 'known' ? state.flow.known.name : '';
	return `step ${step} of 9`;
}

function titleOf(state: WizardState): string {
	if (state.at === 'verified' && state.flow.kind === 'known' && state.flow.purpose === 'status') return 'Status';
	if (state.at === 'verified' && state.verified.work === 'running') return 'Verify';
	return views[state.at].title;
}

function questionRows(state: WizardState, look: Look, width: number): Row[] | undefined {
	const {question} = state;
	if (!question) return undefined;
	return [
		row('The key is encrypted. Its passphrase?', 'strong'),
		row(question.path, 'quiet'),
		blank,
		[prompt, ...inputSpans(question.typed, width - 4, look, true)],
	];
}

/** The rule below the title, which is also how far one has come. */
function progress(step: number | undefined, width: number, {glyphs}: Look): Span[] {
	if (step === undefined) return [{text: glyphs.rule.repeat(width), tone: 'quiet'}];
	const done = Math.round((width * step) / 9);
	return [
		{text: glyphs.bar.full.repeat(done), tone: 'focus'},
		{text: glyphs.bar.rest.repeat(width - done), tone: 'quiet'},
	];
}

type Props = {readonly state: WizardState; readonly size: Size; readonly look: Look};

/** One screen of the wizard: header, body, keys. Fills `size` exactly and never more. */
export const Screen = ({state, size: {columns, rows}, look}: Props) => {
	const inner = columns - 2;
	if (columns < least.columns || rows < least.rows) {
		return (
			<Box width={columns} height={rows} overflow="hidden">
				<LookText look={look} spans={[{text: `at least ${least.columns}x${least.rows} is needed to draw`}]} />
			</Box>
		);
	}
	const {view, step} = views[state.at];
	// The steps are those of a new cluster.
	const way = state.flow.kind === 'known' && state.at !== 'start' ? undefined : step;
	// Where rows are few the body may touch the rule and the keys.
	const air = rows >= 18 ? 1 : 0;
	const height = rows - 3 - 2 * air;
	const canvas = {width: inner, height, look};
	const body = (questionRows(state, look, inner) ?? view(state, canvas)).slice(0, height);
	const title: Span[] = [
		...markSpans(look),
		{text: 'mesos-setup', tone: 'focus'},
		{text: `  ${look.glyphs.dot}  `, tone: 'quiet'},
		{text: titleOf(state), tone: 'strong'},
	];
	return (
		<Box flexDirection="column" width={columns} height={rows} overflow="hidden">
			<Box paddingX={1} height={1}>
				<Line look={look} width={inner} left={title} right={[{text: place(state, way), tone: 'quiet'}]} />
			</Box>
			<Box paddingX={1} height={1}>
				<Line look={look} width={inner} left={progress(way, inner, look)} />
			</Box>
			<Box flexDirection="column" paddingX={1} paddingY={air} flexGrow={1} overflow="hidden">
				{body.map((spans, i) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: rows of a drawing
					<Line key={i} look={look} width={inner} left={spans} />
				))}
			</Box>
			<Footer hints={hintsOf(state, look.glyphs)} lead={[]} width={columns} look={look} />
		</Box>
	);
};
