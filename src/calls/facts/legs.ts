import type { Account } from '../../accounts/account.table.ts';
import type { Instant } from '../../time/instant.ts';
import type { CallFacts } from './call-facts.ts';

/** Facts of one leg, which are not filled from another one where one of them is known. */
export const legUnits = [
  ['dialedNumber', 'agentName', 'agentEmail'],
  ['sentStatus', 'sentCallStatus', 'sentHangupCause'],
  ['legBStartedAt', 'legBPickedAt', 'sentTalkSeconds'],
] as const satisfies readonly (readonly (keyof CallFacts)[])[];

/** Whether a report tells of the agent whom what is known names. False where either names nobody. */
export function isSameAgent(known: CallFacts, incoming: CallFacts): boolean {
  const isOutgoing = incoming.direction === 'OUTBOUND';
  const source = isOutgoing ? matches(known.sourceNumber, incoming.sourceNumber) : null;
  if (source === false) return false;
  return (
    matches(known.dialedNumber, incoming.dialedNumber) ??
    matches(known.agentEmail, incoming.agentEmail) ??
    matches(known.agentName, incoming.agentName) ??
    source ??
    false
  );
}

/** Whether a report says who the agent was. */
export function namesAgent({ direction, sourceNumber, dialedNumber, agentEmail, agentName }: CallFacts): boolean {
  const numbers = direction === 'OUTBOUND' ? [sourceNumber, dialedNumber] : [dialedNumber];
  return [...numbers, agentEmail, agentName].some((sent) => sent !== null);
}

/** Whether of two answered legs the known one was picked up later, or else ended later. */
export function isLaterLeg(known: CallFacts, incoming: CallFacts): boolean {
  return (
    isLater(known.legBPickedAt, incoming.legBPickedAt) ?? isLater(known.sentEndedAt, incoming.sentEndedAt) ?? false
  );
}

function matches(a: string | null, b: string | null): boolean | null {
  return a === null || b === null ? null : a === b;
}

function isLater(a: string | null, b: string | null): boolean | null {
  return a === b ? null : (a ?? '') > (b ?? '');
}

/** The earliest time that is known of either leg. */
export function firstLegAt(facts: Pick<CallFacts, 'legAPickedAt' | 'legBStartedAt' | 'legBPickedAt'>): Instant | null {
  const times = [facts.legAPickedAt, facts.legBStartedAt, facts.legBPickedAt].filter((time) => time !== null);
  return times.sort()[0] ?? null;
}

/** Incoming: the caller is the source. Outgoing: one leg is the agent, by the account's setting. */
export function rolesOf(
  { direction, sourceNumber, dialedNumber }: Pick<CallFacts, 'direction' | 'sourceNumber' | 'dialedNumber'>,
  { outgoingAgentLeg }: Pick<Account, 'outgoingAgentLeg'>,
): { customerNumber: string | null; agentNumber: string | null } {
  if (direction === 'UNKNOWN') return { customerNumber: null, agentNumber: null };
  return direction === 'OUTBOUND' && outgoingAgentLeg === 'LEG_A'
    ? { customerNumber: dialedNumber, agentNumber: sourceNumber }
    : { customerNumber: sourceNumber, agentNumber: dialedNumber };
}
