// Every npm script runs under the Node that the dev dependency "node" brings. With `npm ci --ignore-scripts` it is
// missing and the machine's own, possibly older, Node would be used without a word.
const wanted = 24;
if (Number(process.versions.node.split('.')[0]) < wanted) {
	console.error(
		`The scripts of this checkout need Node ${wanted}, which "npm ci" installs beside the other dependencies, but this is ` +
			`Node ${process.versions.node}. Run "npm ci" without --ignore-scripts and use "npm run".`,
	);
	process.exit(2);
}
