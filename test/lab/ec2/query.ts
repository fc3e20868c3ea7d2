// Stand-in for Amazon EC2: part of the lab, no part of the product.
import {Ec2Error} from './ec2-error.ts';

type Tree = {[name: string]: Tree | string};

/** The parameters of a request: `Filter.1.Value.2=x` and the like, to be read by name. */
export class Query {
	readonly #tree: Tree;

	private constructor(tree: Tree) {
		this.#tree = tree;
	}

	static parse(body: string): Query {
		const tree: Tree = {};
		for (const [path, value] of new URLSearchParams(body)) {
			const names = path.split('.');
			const last = names.pop() ?? '';
			let at = tree;
			for (const name of names) {
				const next = at[name];
				if (typeof next === 'string') throw new Ec2Error('InvalidParameterCombination', `${path} is given twice.`);
				at = at[name] = next ?? {};
			}
			at[last] = value;
		}
		return new Query(tree);
	}

	text(name: string): string | undefined {
		const value = this.#tree[name];
		return typeof value === 'string' ? value : undefined;
	}

	flag(name: string): boolean {
		return this.text(name)?.toLowerCase() === 'true';
	}

	required(name: string): string {
		const value = this.text(name);
		if (value) return value;
		throw new Ec2Error('MissingParameter', `The request must contain the parameter ${name}`);
	}

	/** Values of `name.1`, `name.2` and so on. */
	texts(name: string): string[] {
		return this.#members(name).filter(value => typeof value === 'string');
	}

	/** `name.1.…`, `name.2.…` and so on, each as a query of its own. */
	parts(name: string): Query[] {
		return this.#members(name).flatMap(value => (typeof value === 'string' ? [] : new Query(value)));
	}

	#members(name: string): (Tree | string)[] {
		const value = this.#tree[name];
		if (value === undefined || typeof value === 'string') return [];
		return Object.keys(value)
			.sort((a, b) => Number(a) - Number(b))
			.flatMap(key => value[key] ?? []);
	}
}
