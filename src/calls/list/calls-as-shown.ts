import { asShown } from '../../query/as-shown.ts';
import { allOf, type CallOperand, mapLeaves, not, type Predicate, type ShownText } from '../../query/predicate.ts';

const isSidShown: Predicate = not({ of: { shown: 'callSid' }, isMissing: true });
const masked: readonly CallOperand[] = ['providerStatus', 'errorCode', 'agentName', 'callGroupName', 'campaignCode'];
const isMasked = (of: CallOperand): of is ShownText['shown'] => masked.includes(of);

/** The predicate on calls, where numbers are masked, of a filter: it asks for what is shown. */
export function callsAsShown(filter: Predicate): Predicate {
  return mapLeaves<CallOperand>(filter, (leaf) => {
    // Of a call whose id of the provider is hidden it is missing.
    if (leaf.of === 'callSid') return 'isMissing' in leaf ? not(isSidShown) : allOf(leaf, isSidShown);
    return isMasked(leaf.of) ? asShown(leaf, { shown: leaf.of }) : leaf;
  });
}
