import type { Call } from '../../src/calls/call.table.ts';
import { agents, campaigns, groups, numbers } from './bench-company.ts';

/** First and last call of each participant of a kind, by id, in milliseconds; 0: none. */
export type Span = { first: Float64Array; last: Float64Array };
export type Spans = Record<'agents' | 'campaigns' | 'groups' | 'numbers' | 'customers', Span>;

/** As long as there are no calls. */
export function noSpans(customers: number): Spans {
  return {
    agents: spanOf(agents.length),
    campaigns: spanOf(campaigns.length),
    groups: spanOf(groups.length),
    numbers: spanOf(numbers.length),
    customers: spanOf(customers),
  };
}

function spanOf(count: number): Span {
  return { first: new Float64Array(count + 1), last: new Float64Array(count + 1) };
}

/** Notes that a call began at this moment. */
export function noteCall(spans: Spans, call: Call, at: number): void {
  widen(spans.agents, call.agentId, at);
  widen(spans.campaigns, call.campaignId, at);
  widen(spans.groups, call.callGroupId, at);
  widen(spans.numbers, call.virtualNumberId, at);
  widen(spans.customers, call.customerId, at);
}

/** Adds what others have noted. */
export function joinSpans(spans: Spans, others: Spans): void {
  for (const kind of Object.keys(spans) as (keyof Spans)[]) {
    const { first, last } = others[kind];
    for (let id = 1; id < first.length; id++) {
      widen(spans[kind], id, first[id] as number);
      widen(spans[kind], id, last[id] as number);
    }
  }
}

function widen({ first, last }: Span, id: number | null, at: number): void {
  if (id === null || at === 0) return;
  if (first[id] === 0 || (first[id] as number) > at) first[id] = at;
  if ((last[id] as number) < at) last[id] = at;
}
