import type { Scope } from './viewer.ts';

/** Which scopes open what is read: one of them is enough; of none, it is open to every viewer. */
export type OpensTo = readonly Scope[];

/** The one meaning of what a scope opens. What of an opened row is masked or withheld is decided where rows are masked. */
export const opensTo = {
  accounts: [],
  calls: ['calls'],
  figures: ['metrics'],
  /** A list finds its calls among what figures are computed from. */
  packedCalls: ['calls', 'metrics'],
  /** Figures are grouped by them, and who names them has to see them. */
  participants: ['calls', 'metrics', 'names:write'],
  deliveries: ['inbox'],
  accessLog: ['admin'],
} as const satisfies Record<string, OpensTo>;
