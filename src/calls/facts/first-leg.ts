import type { Instant } from '../../time/instant.ts';
import type { CallFacts } from './call-facts.ts';

/** The earliest time that is known of either leg. */
export function firstLegAt(facts: Pick<CallFacts, 'legAPickedAt' | 'legBStartedAt' | 'legBPickedAt'>): Instant | null {
  const times = [facts.legAPickedAt, facts.legBStartedAt, facts.legBPickedAt].filter((time) => time !== null);
  return times.sort()[0] ?? null;
}
