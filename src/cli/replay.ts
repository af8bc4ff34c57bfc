import type pg from 'pg';
import { readSealKeys } from '../access/keys/read-seal-keys.ts';
import { administrator } from '../access/viewer.ts';
import type { WebhookEventFilter } from '../graphql/generated/inputs.ts';
import {
  countEvents,
  noneReplayed,
  type ReplayCounts,
  type ReplayInput,
  replayEvents,
} from '../inbox/replay/replay-events.ts';
import { replayNumbers } from '../inbox/replay/replay-numbers.ts';
import { type EventState, eventStates } from '../inbox/webhook-event.table.ts';
import type { PooledDatabase } from '../postgres/client.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import type { IdCodec } from '../query/global-id.ts';
import { makeSeals } from '../query/seals.ts';
import { StartupError } from '../startup-error.ts';
import { instantOf, instantSyntax, parseInstant } from '../time/instant.ts';
import { accountsNamed, findAccount } from './terminal/account-named.ts';
import { commandLine, complain, describeError, parse, runOnDatabase, say } from './terminal/command.ts';
import { progressBar } from './terminal/progress-bar.ts';

const usage = `npm run replay -- [--account NAME] [--from TIME] [--to TIME] [--state STATE] [--dry-run] [--after ID]

Reads kept deliveries again by today's rules and settings, and writes every call that they tell of anew. What does not
change is not touched. Without --from and --state, numbers of calls of which nothing is kept are read anew too. Safe beside the running service, and to repeat. Ctrl-C ends it after the batch it is at.

  --account  Only what this account received. Default: all.
  --from     Only what was received then or later, such as 2026-01-31T00:00:00+05:30.
  --to       Only what was received before. Default: now.
  --state    Only RECORDED, DUPLICATE, IGNORED, UNREADABLE, CONFLICT or WAITING; several: once each.
  --dry-run  Count only, and change nothing.
  --after    Go on after this delivery: what an earlier run printed.
`;

type Wanted = {
  account?: string | undefined;
  from?: string | undefined;
  to: string;
  states: EventState[];
  dryRun: boolean;
  after?: string | undefined;
};

/** One transaction writes so many at most, and after each is a place to end. */
const step = 200;

await runOnDatabase({
  name: 'replay',
  usage,
  onSignal: 'finish',
  read: (args): Wanted => {
    const { values } = parse(args, {
      account: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      state: { type: 'string', multiple: true, default: [] },
      'dry-run': { type: 'boolean', default: false },
      after: { type: 'string' },
    });
    const { account, from, to, state, 'dry-run': dryRun, after } = values;
    return {
      account,
      from: from === undefined ? undefined : readTime('--from', from),
      // What arrives from now on is read by today's rules anyway, and a replay must come to its end.
      to: to === undefined ? instantOf(Date.now()) : readTime('--to', to),
      states: state.flatMap((words) => words.split(',')).map(readState),
      dryRun,
      after,
    };
  },
  run: async ({ db, pool, signal }, wanted) => {
    const { ids } = makeSeals(await readSealKeys(db));
    const isDone = await replay(pool, wanted, { ids, filter: await filterOf(db, ids, wanted) }, signal);
    if (isDone && wanted.from === undefined && wanted.states.length === 0) await rereadStored(db, pool, wanted);
    return isDone;
  },
});

async function replay(
  pool: pg.Pool,
  wanted: Wanted,
  { ids, filter }: Pick<ReplayInput, 'ids' | 'filter'>,
  stop: AbortSignal,
): Promise<boolean> {
  const { account, from, to, states, dryRun } = wanted;
  const all = await countEvents(pool, administrator, { ids, filter, after: wanted.after });
  const show = progressBar({ all, out: process.stderr });
  const counts = noneReplayed();
  let after = wanted.after;
  let refused = 0;
  const onFailure = () => {
    refused += 1;
  };
  let isComplete = false;
  try {
    while (!isComplete && !stop.aborted) {
      const input = { providers, ids, filter, after, first: step, dryRun, onFailure };
      const done = await replayEvents(pool, administrator, input);
      for (const name of Object.keys(counts) as (keyof ReplayCounts)[]) counts[name] += done[name];
      if (done.lastEventId !== null) after = ids.write('WebhookEvent', done.lastEventId);
      isComplete = done.isComplete;
      show(counts.replayed, isComplete || stop.aborted);
    }
  } catch (error) {
    complain(`\n${describeError(error)}`);
  }
  const rest = () => commandLine('replay', [], { account, from, to, state: states, 'dry-run': dryRun, after });
  say(`${summary(counts, dryRun, refused)}${isComplete ? '' : `\nNot all: go on with\n  ${rest()}`}`);
  return isComplete;
}

/** Numbers of calls whose deliveries are no longer kept were read by the rules of their time. */
async function rereadStored(db: PooledDatabase, pool: pg.Pool, { account: name, dryRun }: Wanted): Promise<void> {
  const clock = () => instantOf(Date.now());
  let changed = 0;
  for (const account of await accountsNamed(db, name)) {
    changed += await replayNumbers(pool, { providers, account, clock, dryRun });
  }
  const were = dryRun ? 'would be' : 'were';
  if (changed > 0) say(`The numbers of ${changed} calls ${were} read anew from what is stored.`);
}

function summary(counts: ReplayCounts, dryRun: boolean, refused: number): string {
  const { replayed, ...states } = counts;
  const named = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const said = dryRun ? 'would be read again, and nothing was changed' : 'were read again';
  const left = refused > 0 ? `\nThe database refused ${refused} times what was to be written: left as it was.` : '';
  return `${replayed} deliveries ${said}: ${named.join(', ')}.${left}`;
}

function readTime(option: string, text: string): string {
  const instant = parseInstant(text);
  if (instant === null) throw new StartupError(`${option} is ${JSON.stringify(text)}. Allowed: ${instantSyntax}.`);
  return instant;
}

function readState(text: string): EventState {
  const state = eventStates.find((known) => known === text.toUpperCase());
  if (!state) throw new StartupError(`--state is ${JSON.stringify(text)}. Allowed: ${eventStates.join(', ')}.`);
  return state;
}

async function filterOf(
  db: PooledDatabase,
  ids: IdCodec,
  { account, from, to, states }: Wanted,
): Promise<WebhookEventFilter> {
  return {
    receivedAt: { lt: to, ...(from !== undefined && { gte: from }) },
    ...(states.length > 0 && { state: states }),
    ...(account !== undefined && { accountId: { eq: ids.write('Account', (await findAccount(db, account)).id) } }),
  };
}
