import {BaseSequencer, type TestSpecification} from 'vitest/node';

/** Files in the order of their names: the first lab test makes what the others start from. */
export default class ByName extends BaseSequencer {
	override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
		return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
	}
}
