import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { callPredicate } from '../../src/calls/list/call-filter.ts';
import { Cancellation } from '../../src/cancellation.ts';
import type { CallFilter } from '../../src/graphql/generated/inputs.ts';
import { LiveFeed } from '../../src/live/live-feed.ts';
import type { Position } from '../../src/live/position.ts';
import type { LiveEvent } from '../../src/live/watcher.ts';
import { ids, seals } from '../support/seals.ts';

/** What feeds complain of. */
export type Complaints = { warnings: unknown[] };

export function openFeed(databaseUrl: string, complaints: Complaints = { warnings: [] }): LiveFeed {
  const note = (told: object, message: string) => void complaints.warnings.push({ ...told, message });
  return new LiveFeed({ databaseUrl, seals, failures: { error: note, warn: note } });
}

/** Watches by a filter, and keeps what comes. */
export async function watch(
  feed: LiveFeed,
  { filter = {}, viewer = administrator, since }: { filter?: CallFilter; viewer?: Viewer; since?: string | null } = {},
) {
  const cancellation = new Cancellation();
  const predicate = callPredicate(filter, { region: 'IN', ids, viewer });
  const { start, events } = await feed.watch({ viewer, predicate, since, cancellation });
  const came: LiveEvent[] = [];
  let error: unknown = null;
  const over = (async () => {
    try {
      for await (const event of events) came.push(event);
    } catch (thrown) {
      error = thrown;
    }
  })();
  const tokenOf = (position: Position) => feed.writeToken(position, viewer);
  return {
    came,
    /** Where it stands. */
    token: () => tokenOf(came.at(-1)?.position ?? start),
    startToken: tokenOf(start),
    error: () => error,
    stop: async () => {
      cancellation.cancel();
      await over;
    },
    over,
  };
}

export type Watched = Awaited<ReturnType<typeof watch>>;
