import type { ViewerDatabase } from '../../query/viewer-database.ts';
import { type Dimension, type Key, orderTexts } from '../dimensions.ts';
import type { GroupPlace } from './group-order.ts';
import type { Rank } from './rank-groups.ts';

type Asked = { db: ViewerDatabase; accountIds: readonly number[] };

/** What keys of groups are ordered by; names are read when they are needed. */
export class KeyTexts {
  readonly #db: ViewerDatabase;
  readonly #accountIds: readonly number[];
  readonly #parts: { dimension: Dimension; known: Map<Key, Key> }[];

  constructor({ db, accountIds }: Asked, dimensions: readonly Dimension[]) {
    this.#db = db;
    this.#accountIds = accountIds;
    this.#parts = dimensions.map((dimension) => ({ dimension, known: new Map<Key, Key>([[null, null]]) }));
  }

  /** The places of some groups. */
  async placesOf(groups: readonly Rank[]): Promise<GroupPlace[]> {
    for (const [i, { dimension, known }] of this.#parts.entries()) {
      if (!dimension.named) continue;
      const lacking = new Set(groups.map(({ keys }) => keys[i] ?? null).filter((key) => !known.has(key)));
      if (lacking.size === 0) continue;
      for (const [key, text] of await orderTexts(this.#db, dimension.named, this.#accountIds, [...lacking]))
        known.set(key, text);
    }
    return groups.map(({ keys, value }) => [value, ...keys.flatMap((key, i) => [this.#textOf(i, key), key])]);
  }

  #textOf(part: number, key: Key): Key {
    const { dimension, known } = this.#parts[part] as { dimension: Dimension; known: Map<Key, Key> };
    return dimension.named ? (known.get(key) ?? null) : key;
  }
}
