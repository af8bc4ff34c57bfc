import { setTimeout as sleep } from 'node:timers/promises';
import { sqlstateOf } from '../../failures.ts';

/** Why something is not ready: all that strangers are told. */
export type Reason =
  | 'answering thread down'
  | 'answering thread silent'
  | 'database failing'
  | 'database read-only'
  | 'database silent'
  | 'database unreachable'
  | 'deliveries failing'
  | 'disk full'
  | 'migrations missing'
  | 'tables or rights missing';

const ofState: [RegExp, Reason][] = [
  [/^53100$/, 'disk full'],
  [/^25006$/, 'database read-only'],
  [/^(42|3F)/, 'tables or rights missing'],
  [/^(57014|55P03)$/, 'database silent'],
  [/^(08|57P|28|3D|53300)/, 'database unreachable'],
];

/** Thrown by a check that found out why by itself. */
export class NotReady extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

/** What the failure of a check stands for. */
function reasonOf(error: unknown): Reason {
  if (error instanceof NotReady) return error.reason;
  const state = sqlstateOf(error);
  if (state !== null) return ofState.find(([states]) => states.test(state))?.[1] ?? 'database failing';
  // What pg says, without a code, where its own time limits end a statement or the making of a connection.
  const isLate = error instanceof Error && /timeout/i.test(error.message);
  return isLate ? 'database silent' : 'database unreachable';
}

/** Nothing, or why a check fails; where it takes too long, `late`. */
export function reasonsOf(check: Promise<unknown>, limitMs: number, late: Reason): Promise<Reason[]> {
  const asked = check.then(
    () => [],
    (error) => [reasonOf(error)],
  );
  return Promise.race([asked, sleep(limitMs, [late], { ref: false })]);
}
