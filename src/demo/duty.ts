import type { Company } from '../generator/company.ts';
import type { DrawnCall } from '../generator/draw-call.ts';

const tries = 8;

/** A company whose agents take one call at a time, as far as there are enough of them. */
export function onDuty(company: Company): { company: Company; noteCall: (call: DrawnCall) => void } {
  const busyUntil = company.agents.map(() => Number.NEGATIVE_INFINITY);
  return {
    company: {
      ...company,
      drawAgent: (random, startMs) => {
        let agent = company.drawAgent(random, startMs);
        for (let i = 0; i < tries && (busyUntil[agent] ?? 0) > startMs; i += 1)
          agent = company.drawAgent(random, startMs);
        return agent;
      },
    },
    noteCall: ({ took, receivedAt }) => {
      if (took.agent !== null) busyUntil[took.agent] = receivedAt;
    },
  };
}
