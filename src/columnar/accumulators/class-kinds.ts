import { holdLeaf } from '../../query/holds-for.ts';
import type { Leaf } from '../../query/predicate.ts';
import type { CallClass } from '../store/chunk.ts';
import { classCount, classOfNumber } from './class-numbers.ts';

/** Classes that no comparison tells from each other are of one kind. Kinds are found as their classes are asked about. */
export class ClassKinds {
  /** A class of each kind. */
  readonly examples: CallClass[] = [];
  readonly #leaves: readonly Leaf[];
  /** By number of a class; -1: not asked about yet. */
  readonly #kindOf = new Int16Array(classCount).fill(-1);
  readonly #kinds = new Map<string, number>();

  /** As far as these comparisons see them. */
  constructor(leaves: readonly Leaf[]) {
    this.#leaves = [...new Map(leaves.map((leaf) => [JSON.stringify(leaf), leaf])).values()];
  }

  /** The kind of the class with a number. */
  kindOf(number: number): number {
    const known = this.#kindOf[number] as number;
    return known >= 0 ? known : this.#find(number);
  }

  #find(number: number): number {
    const callClass = classOfNumber[number] as CallClass;
    const answers = this.#leaves.map((leaf) => Number(holdLeaf(leaf, callClass[leaf.of as keyof CallClass]))).join('');
    const kind = this.#kinds.get(answers) ?? this.examples.push(callClass) - 1;
    this.#kinds.set(answers, kind);
    this.#kindOf[number] = kind;
    return kind;
  }
}
