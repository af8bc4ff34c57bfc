import { parseArgs } from 'node:util';
import type pg from 'pg';
import { administrator } from '../access/viewer.ts';
import { listAccounts } from '../accounts/accounts.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import type { WebhookEventFilter } from '../graphql/generated/inputs.ts';
import { countEvents, noneReplayed, type ReplayCounts, replayEvents } from '../inbox/replay/replay-events.ts';
import { replayNumbers } from '../inbox/replay/replay-numbers.ts';
import { type EventState, eventStates } from '../inbox/webhook-event.table.ts';
import { createLog } from '../log.ts';
import type { PooledDatabase } from '../postgres/client.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { toGlobalId } from '../query/global-id.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError, startupLine } from '../startup-error.ts';
import { instantOf, instantSyntax, parseInstant } from '../time/instant.ts';
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
  account: string | undefined;
  from: string | undefined;
  to: string;
  states: EventState[];
  dryRun: boolean;
  after: string | undefined;
};

/** One transaction writes so many at most, and after each is a place to end. */
const step = 200;

let isEnding = false;
process.on('SIGINT', end);
process.on('SIGTERM', end);

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${describe(error)}\n`);
  return 1;
});

async function main(): Promise<number> {
  const wanted = readArguments(process.argv.slice(2));
  if (wanted === null) {
    process.stdout.write(usage);
    return 0;
  }
  const config = readConfig(readEnvironment());
  const log = createLog({ level: 'warn', destination: process.stderr });
  const { db, pool, close } = await openServiceDatabase({ config, log, name: 'replay', max: 1 });
  try {
    const code = await replay(pool, wanted, await filterOf(db, wanted));
    if (code === 0 && wanted.from === undefined && wanted.states.length === 0) await rereadStored(db, pool, wanted);
    return code;
  } finally {
    await close();
  }
}

async function replay(pool: pg.Pool, wanted: Wanted, filter: WebhookEventFilter): Promise<number> {
  const { dryRun } = wanted;
  const all = await countEvents(pool, administrator, { filter, after: wanted.after });
  const show = progressBar({ all, out: process.stderr });
  const counts = noneReplayed();
  let after = wanted.after;
  let refused = 0;
  const onFailure = () => {
    refused += 1;
  };
  try {
    for (let isComplete = false; !isComplete && !isEnding; ) {
      const done = await replayEvents(pool, administrator, {
        providers,
        filter,
        after,
        first: step,
        dryRun,
        onFailure,
      });
      for (const name of Object.keys(counts) as (keyof ReplayCounts)[]) counts[name] += done[name];
      if (done.lastEventId !== null) after = toGlobalId('WebhookEvent', done.lastEventId);
      isComplete = done.isComplete;
      show(counts.replayed, isComplete || isEnding);
      if (isComplete) {
        process.stdout.write(`${summary(counts, dryRun, refused)}\n`);
        return 0;
      }
    }
  } catch (error) {
    process.stderr.write(`\n${describe(error)}\n`);
  }
  process.stdout.write(`${summary(counts, dryRun, refused)}\nNot all: go on with\n  ${goOn(wanted, after)}\n`);
  return 1;
}

/** Numbers of calls whose deliveries are no longer kept were read by the rules of their time. */
async function rereadStored(db: PooledDatabase, pool: pg.Pool, { account: name, dryRun }: Wanted): Promise<void> {
  const clock = () => instantOf(Date.now());
  let changed = 0;
  for (const account of await listAccounts(db)) {
    if (name !== undefined && account.name !== name) continue;
    changed += await replayNumbers(pool, { providers, account, clock, dryRun });
  }
  const were = dryRun ? 'would be' : 'were';
  if (changed > 0) process.stdout.write(`The numbers of ${changed} calls ${were} read anew from what is stored.\n`);
}

function summary(counts: ReplayCounts, dryRun: boolean, refused: number): string {
  const { replayed, ...states } = counts;
  const named = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  const said = dryRun ? 'would be read again, and nothing was changed' : 'were read again';
  const left = refused > 0 ? `\nThe database refused ${refused} times what was to be written: left as it was.` : '';
  return `${replayed} deliveries ${said}: ${named.join(', ')}.${left}`;
}

function goOn({ account, from, to, states, dryRun }: Wanted, after: string | undefined): string {
  const options = [
    account === undefined ? [] : ['--account', `'${account.replaceAll("'", `'\\''`)}'`],
    from === undefined ? [] : ['--from', from],
    ['--to', to],
    states.flatMap((state) => ['--state', state]),
    dryRun ? ['--dry-run'] : [],
    after === undefined ? [] : ['--after', after],
  ];
  return `npm run replay -- ${options.flat().join(' ')}`;
}

function readArguments(args: string[]): Wanted | null {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
  if (values.help) return null;
  const { account, from, to, state = [], 'dry-run': dryRun = false, after } = values;
  return {
    account,
    from: from === undefined ? undefined : readTime('--from', from),
    // What arrives from now on is read by today's rules anyway, and a replay must come to its end.
    to: to === undefined ? instantOf(Date.now()) : readTime('--to', to),
    states: state.flatMap((words) => words.split(',')).map(readState),
    dryRun,
    after,
  };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      account: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      state: { type: 'string', multiple: true },
      'dry-run': { type: 'boolean' },
      after: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
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

async function filterOf(db: PooledDatabase, { account, from, to, states }: Wanted): Promise<WebhookEventFilter> {
  return {
    receivedAt: { lt: to, ...(from !== undefined && { gte: from }) },
    ...(states.length > 0 && { state: states }),
    ...(account !== undefined && { accountId: { eq: await accountId(db, account) } }),
  };
}

async function accountId(db: PooledDatabase, name: string): Promise<string> {
  const all = await listAccounts(db);
  const found = all.find((one) => one.name === name);
  if (found) return toGlobalId('Account', found.id);
  throw new StartupError(`There is no account ${name}. Allowed: ${all.map((one) => one.name).join(', ')}.`);
}

/** The second time at once: every batch is committed by itself. */
function end(): void {
  if (isEnding) process.exit(1);
  isEnding = true;
}

function describe(error: unknown): string {
  const expected = expectedFailure(error);
  if (expected) return expected.message;
  // Other messages may carry what the database was told.
  return error instanceof StartupError ? startupLine(error) : JSON.stringify(describeFailure(error));
}
