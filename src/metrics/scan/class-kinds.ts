import { holdLeaf } from '../../filter/hold-test.ts';
import type { Leaf } from '../../filter/test.ts';
import type { CallClass } from '../../packed-calls/chunk.ts';
import { classCount, classOfNumber } from './class-numbers.ts';

/** Classes that no comparison tells from each other are of one kind. */
export class ClassKinds {
  /** By number of a class. */
  readonly kindOf = new Uint16Array(classCount);
  /** A class of each kind. */
  readonly examples: CallClass[] = [];

  /** Of the classes with these numbers, as far as these comparisons see them. */
  constructor(numbers: Iterable<number>, leaves: readonly Leaf[]) {
    const different = [...new Map(leaves.map((leaf) => [JSON.stringify(leaf), leaf])).values()];
    const kinds = new Map<string, number>();
    for (const number of numbers) {
      const callClass = classOfNumber[number] as CallClass;
      const answers = different.map((leaf) => Number(holdLeaf(leaf, callClass[leaf.of as keyof CallClass]))).join('');
      const kind = kinds.get(answers) ?? this.examples.push(callClass) - 1;
      kinds.set(answers, kind);
      this.kindOf[number] = kind;
    }
  }
}
