import {readdirSync} from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import type {Command} from 'commander';
import {homeFolder, savedNames} from '../cluster/home.ts';

const shells = ['bash', 'zsh', 'fish'];

/** The bash script asks for this function of the package bash-completion, which many servers do not have. */
const withoutBashCompletion = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD-1]}
}
`;

/** Values for flags whose values can be known. */
const suggestions: Record<string, () => string[]> = {
	cluster: () => savedNames(homeFolder()),
	'cluster-file': () => readdirSync('.').filter(name => /\.ya?ml$/.test(name)),
};

/** Adds `completion SHELL`, which prints the script, and the hidden verb that script calls back on every Tab. */
export function addCompletion(program: Command): void {
	const completions = tab(program, {completionCommandName: 'completion'});
	const command = program.commands.find(added => added.name() === 'completion');
	command
		?.description('print the script that lets a shell complete commands and flags with Tab')
		.hook('preAction', ({args: [shell]}) => {
			if (shell === 'bash') process.stdout.write(withoutBashCompletion);
		});
	command?.registeredArguments[0]?.choices(shells);
	const shell = completions.commands.get('completion')?.arguments.get('shell');
	if (shell) shell.handler = complete => shells.forEach(name => void complete(name, ''));
	for (const {options} of completions.commands.values()) {
		for (const [name, suggest] of Object.entries(suggestions)) {
			const option = options.get(name);
			if (option) option.handler = complete => suggest().forEach(value => void complete(value, ''));
		}
	}
}
