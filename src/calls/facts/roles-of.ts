import type { Account } from '../../accounts/account.table.ts';
import type { CallFacts } from './call-facts.ts';

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
