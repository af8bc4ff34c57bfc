import type { Account } from '../../accounts/account.table.ts';
import type { ParticipantKeys } from '../../participants/participant-kinds.ts';
import type { CallFacts } from '../facts/call-facts.ts';
import { rolesOf } from '../facts/legs.ts';

/**
 * Who and what will take part in a call, as one delivery alone tells it: most often all there are, so that they are
 * looked up before the call itself is known.
 */
export function likelyKeys(facts: CallFacts, account: Account): ParticipantKeys {
  const { customerNumber, agentNumber } = rolesOf(facts, account);
  return {
    agentNumber,
    agentEmail: agentNumber === null ? facts.agentEmail : null,
    campaignCode: facts.campaignCode,
    callGroupName: facts.callGroupName,
    virtualNumber: facts.destinationNumber,
    customer: customerNumber,
  };
}
