// Loaded before the program (node --import): the function that BREAK names, `FILE FUNCTION`, throws whenever it is called.
import {registerHooks} from 'node:module';

const [file = '', name = ''] = (process.env.BREAK ?? '').split(' ');

registerHooks({
	load(url, context, nextLoad) {
		const loaded = nextLoad(url, context);
		if (!url.endsWith(`/dist/source/${file}`)) return loaded;
		const before = `export function ${name}(`;
		const source = String(loaded.source);
		if (!source.includes(before)) throw new Error(`${file} has no function ${name}`);
		return {
			...loaded,
			source: source.replace(before, `export function ${name}() { throw new Error('on purpose'); }\nfunction unused(`),
		};
	},
});
