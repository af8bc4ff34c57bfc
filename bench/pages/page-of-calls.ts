import type { Random } from '../../src/generator/random.ts';
import type { IdCodec } from '../../src/query/global-id.ts';

/** Fifty calls with twelve fields each and the agent's name. */
export const pageQuery = `query Page($filter: CallFilter) {
  calls(filter: $filter, first: 50) {
    nodes {
      id callSid direction status disposition customerNumber agentNumber
      startedAt endedAt durationSeconds talkSeconds waitSeconds
      agent { name }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Whose calls a page shows: random agents and campaigns. */
export type Wanted = { column: 'agentId' | 'campaignId'; id: number };

export function drawWanted(random: Random): Wanted {
  return random.chance(0.7)
    ? { column: 'agentId', id: 1 + random.below(300) }
    : { column: 'campaignId', id: 1 + random.below(40) };
}

export function pageVariables({ column, id }: Wanted, ids: IdCodec) {
  return { filter: { [column]: { eq: ids.write(column === 'agentId' ? 'Agent' : 'Campaign', id) } } };
}
