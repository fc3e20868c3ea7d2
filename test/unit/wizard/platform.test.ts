import {expect, test} from 'vitest';
import {settingRows} from '../../../source/wizard/screens/settings.ts';
import {openSource, sourceChoices} from '../../../source/wizard/screens/source.ts';
import {platformFor, subjectOf} from '../../../source/wizard/subject.ts';
import {press, six, start} from './fixture.ts';

/** The wizard at its settings, with six instances of a system. */
async function settingsOn(system: string) {
	const {wizard} = start({discover: async () => six.map(one => ({...one, system}))}, {});
	while (wizard.getState().at !== 'settings') {
		await wizard.idle();
		if (wizard.getState().at !== 'settings') press(wizard, 'Enter');
	}
	return wizard.getState();
}

test('on Debian the software of Debian is offered, and Mesos needs no choice', async () => {
	const state = await settingsOn('Debian 12');
	expect(platformFor(state).id).toBe('debian-12');
	const rows = new Map(settingRows(state).map(({label, value}) => [label, value]));
	expect(rows.get('Docker from')).toContain('docker.io');
	expect(rows.get('Mesos from')).toContain('aventer-mesos');
	expect(sourceChoices(openSource(state, 'mesos')).map(({title}) => title)[0]).toContain('repository aventer');
	expect(subjectOf(state).problems.map(({field}) => field)).not.toContain('sources.mesos');
});

test('on Amazon Linux 2023, and where the system could not be guessed, Mesos is asked for', async () => {
	for (const system of ['Amazon Linux 2023', 'Linux']) {
		const state = await settingsOn(system);
		expect(subjectOf(state).problems).toContainEqual(
			expect.objectContaining({field: 'sources.mesos', cause: expect.stringContaining('on Amazon Linux 2023')}),
		);
	}
});

test('the user of the images is named where another one is to log in', async () => {
	const row = async (system: string) => settingRows(await settingsOn(system)).find(({field}) => field === 'ssh.user');
	expect((await row('Debian 12'))?.hint).toBe('images of Debian 12 let in admin');
	expect((await row('Amazon Linux 2023'))?.hint).toBe('');
});

test('nothing is said of users where nobody knows the system', async () => {
	const rows = settingRows(await settingsOn('Linux'));
	expect(rows.find(({field}) => field === 'ssh.user')?.hint).toBe('');
});
