import type { OpensTo } from '../../access/opens-to.ts';
import { regionOf } from '../../accounts/choose-account.ts';
import type { CallRow } from '../../calls/list/call-columns.ts';
import { callPredicate, hasNumbers } from '../../calls/list/call-filter.ts';
import { callMask } from '../../calls/list/mask-call.ts';
import type { LiveEvent } from '../../live/watcher.ts';
import { allOf, everything, type Predicate } from '../../query/predicate.ts';
import type { Context } from '../context.ts';
import type { CallFilter } from '../generated/inputs.ts';
import type { CallChange } from './live-step.ts';

/** Which calls a subscription is about. */
export type Watched = {
  filter?: CallFilter | null | undefined;
  /** Narrows it beyond the filter. */
  within?: Predicate;
  /** What opens it. Default: the scope calls. */
  opensTo?: OpensTo;
  since?: string | null | undefined;
};

/** Begins to watch the calls that a filter matches, for the viewer of an operation. */
export async function watchCalls(context: Context, { filter, within = everything, since, opensTo }: Watched) {
  const { viewer, cancellation, feed, seals } = context;
  const region = await regionOf(context, filter, hasNumbers(filter));
  const predicate = allOf(within, callPredicate(filter, { region, ids: seals.ids, viewer }));
  return feed.watch({ viewer, predicate, since, cancellation, ...(opensTo && { opensTo }) });
}

/**
 * Tells of every change of the calls that a filter matches; `kinds`: of those alone. To resolvers it gives CallChange, of which the
 * generated types know nothing.
 */
export async function callChanges(
  context: Context,
  watched: Watched,
  kinds: readonly LiveEvent['kind'][] = ['MATCHES', 'LEFT', 'ENDED'],
): Promise<AsyncIterable<never>> {
  const { events } = await watchCalls(context, { ...watched, since: watched.since ?? context.since });
  return changesOf(events, context, kinds) as AsyncIterable<never>;
}

async function* changesOf(
  events: AsyncIterable<LiveEvent>,
  { feed, viewer }: Context,
  kinds: readonly LiveEvent['kind'][],
): AsyncGenerator<CallChange> {
  for await (const happened of events) {
    if (kinds.includes(happened.kind)) yield { token: feed.writeToken(happened.position, viewer), happened };
  }
}

/** The call of an event as its viewer is shown it; whom it names is looked up where it is asked for. */
export function shownCall({ call }: LiveEvent, { viewer }: Pick<Context, 'viewer'>): CallRow | null {
  if (!call) return null;
  const { callGroup: _callGroup, campaign: _campaign, ...row } = call;
  return callMask(viewer)?.(row) ?? row;
}
