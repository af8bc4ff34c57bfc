import { memoize } from '../../memoize.ts';
import type { Predicate } from '../../query/predicate.ts';
import { compileSelectRows, type SelectRows } from '../scan/select-rows.ts';

/** Which calls of a range count, where not all do; `name` tells them from others. */
export type Counted = { name: string; select: SelectRows };

let names = 0;

const nameOf = memoize(
  (test: string) => test,
  () => ({ name: `of ${++names} ` }),
);

/** Those that a test holds for. */
export function compileCounted(test: Predicate): Counted {
  return { name: nameOf(JSON.stringify(test)).name, select: compileSelectRows(test) };
}

/** All but those of which a newer version is elsewhere. */
export const countAll = compileCounted({ all: [] });
