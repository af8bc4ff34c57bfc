import { directions, dispositions, outcomes, statuses } from '../../calls/facts/call-enums.ts';
import { holdLeaf } from '../../query/holds-for.ts';
import type { Leaf } from '../../query/predicate.ts';
import type { CallClass } from '../store/chunk.ts';

const sizes = [directions.length, statuses.length, dispositions.length + 1, outcomes.length + 1, 2, 2];
/** There are no more different classes than this. */
export const classCount = sizes.reduce((product, size) => product * size, 1);

const numbers = new WeakMap<readonly CallClass[], Uint16Array>();

/** The numbers of the classes of a chunk, the same in every chunk: below classCount. */
export function classNumbersOf(classes: readonly CallClass[]): Uint16Array {
  let found = numbers.get(classes);
  if (!found) {
    found = Uint16Array.from(classes, numberOf);
    numbers.set(classes, found);
  }
  return found;
}

function numberOf(callClass: CallClass): number {
  const { direction, status, disposition, outcome, isLegAPicked, hasRecording } = callClass;
  const places = [
    directions.indexOf(direction),
    statuses.indexOf(status),
    disposition === null ? dispositions.length : dispositions.indexOf(disposition),
    outcome === null ? outcomes.length : outcomes.indexOf(outcome),
    Number(isLegAPicked),
    Number(hasRecording),
  ];
  return places.reduce((number, place, i) => number * (sizes[i] as number) + place, 0);
}

/** Every class by its number. */
export const classOfNumber: readonly CallClass[] = directions.flatMap((direction) =>
  statuses.flatMap((status) =>
    [...dispositions, null].flatMap((disposition) =>
      [...outcomes, null].flatMap((outcome) =>
        [false, true].flatMap((isLegAPicked) =>
          [false, true].map((hasRecording) => ({
            direction,
            status,
            disposition,
            outcome,
            isLegAPicked,
            hasRecording,
          })),
        ),
      ),
    ),
  ),
);

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
