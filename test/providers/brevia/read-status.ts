import type { StatusReading } from '../../../src/calls/facts/call-facts.ts';
import type { StatusWords } from '../../../src/providers/provider.ts';

const ends: Record<string, Pick<StatusReading, 'disposition' | 'endedBy'>> = {
  OK: { disposition: 'ANSWERED', endedBy: null },
  NOBODY: { disposition: 'NO_ANSWER', endedBy: null },
  ENGAGED: { disposition: 'BUSY', endedBy: null },
  LEFT: { disposition: 'ABANDONED', endedBy: 'CUSTOMER' },
};
const running = ['RING', 'TALK'];

export function readStatus({ kind, sentStatus }: StatusWords): StatusReading {
  const end = kind === 'LIVE' ? undefined : ends[sentStatus ?? ''];
  const isKnown = sentStatus === null || sentStatus in ends || running.includes(sentStatus);
  return {
    disposition: end?.disposition ?? null,
    inProgress: kind === 'LIVE' && sentStatus === 'TALK',
    endedBy: end?.endedBy ?? null,
    hangupCause: null,
    providerStatus: sentStatus,
    unknownWords: isKnown ? [] : [sentStatus],
  };
}
