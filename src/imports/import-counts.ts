import { outcomeOf } from '../inbox/keep-events.ts';
import { type EventState, eventStates } from '../inbox/webhook-event.table.ts';
import type { ReadDelivery } from '../ingestion/read-delivery.ts';
import { wherePattern } from '../ingestion/read-imported.ts';

export type Count = { count: number; first: string };

/** Of a broken file there may be as many reasons as rows. */
const maxKinds = 1000;

/** What came of what was imported, and what of it was not understood. */
export class ImportCounts {
  /** Rows that were read and are committed, with those that were passed over: where to go on. */
  rows = 0;
  isComplete = false;
  readonly states = Object.fromEntries(eventStates.map((state) => [state, 0])) as Record<EventState, number>;
  /** Why rows were not recorded, by state and reason. */
  readonly reasons = new Map<string, Count>();
  readonly unknownWords = new Map<string, Count>();
  /** Values that could not be read, by field and reason. */
  readonly notUnderstood = new Map<string, Count>();

  add(rows: readonly ReadDelivery[], states: readonly EventState[]): void {
    for (const [i, { event }] of rows.entries()) {
      const state = states[i] ?? event.state;
      this.states[state] += 1;
      if (state === 'DUPLICATE') continue;
      const { reason } = outcomeOf(event, state === 'CONFLICT' || state === 'WAITING' ? state : undefined);
      const where = wherePattern.exec(reason ?? '')?.[0] ?? '';
      if (reason) count(this.reasons, `${state}  ${reason.slice(where.length)}`, where.replace(/: $/, ''));
      for (const word of event.unknownWords ?? []) count(this.unknownWords, word, event.callSid ?? '');
      for (const why of event.notUnderstood ?? []) count(this.notUnderstood, why, event.callSid ?? '');
    }
  }
}

function count(counts: Map<string, Count>, kind: string, first: string): void {
  const known = counts.get(kind);
  if (known) known.count += 1;
  else if (counts.size < maxKinds) counts.set(kind, { count: 1, first });
}
