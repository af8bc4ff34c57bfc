import { parseArgs } from 'node:util';
import type { Account } from '../accounts/account.table.ts';
import { callListOf } from '../backfill/backfill-accounts.ts';
import { BackfillCounts, backfillCalls, settledBefore } from '../backfill/backfill-calls.ts';
import type { CallListSource } from '../backfill/fetch-page.ts';
import { type Config, readConfig, readEnvironment } from '../config.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import { createLog } from '../log.ts';
import { callListAccess, serviceProviders as providers } from '../providers/registry.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError, startupLine } from '../startup-error.ts';
import { type Instant, instantSyntax, parseInstant } from '../time/instant.ts';
import { startOfDay } from '../time/zone.ts';
import { accountNamed } from './terminal/account-named.ts';
import { describeCounts } from './terminal/describe-counts.ts';
import { progressBar } from './terminal/progress-bar.ts';

const usage = `npm run backfill -- --from DAY [--to DAY] [--account NAME]

Fetches the calls of an account from CallerDesk's call list (call_list_v2), and reconciles: what is missing is added, what
is known is completed where no webhook report gave anything. The same again changes nothing. Needs the setting
CALLERDESK_AUTHCODE. Ctrl-C ends it.

  --from     Calls that began on this day of the account's calendar or later, such as 2026-01-31; or at a moment, such as
             2026-01-31T09:00:00+05:30.
  --to       Calls that began before. Default, and at most: 15 minutes ago, for later ones may still be going on.
  --account  Whose calls. Default: default.
`;

type Wanted = { from: string; to: string | undefined; account: string | undefined };

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

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
  const { db, pool, close } = await openServiceDatabase({ config, log, name: 'backfill', max: 2 });
  const counts = new BackfillCounts();
  let failure: unknown = null;
  try {
    const account = await accountNamed(db, config, wanted.account);
    const latest = settledBefore(Date.now());
    const from = readTime('--from', wanted.from, account.timeZone);
    const asked = wanted.to === undefined ? latest : readTime('--to', wanted.to, account.timeZone);
    const to = asked < latest ? asked : latest;
    if (from >= to) throw new StartupError(`--from ${wanted.from} is not before --to, or before 15 minutes ago.`);
    const source = sourceOf(config, account);
    const show = progressBar({
      all: null,
      out: process.stderr,
      describe: () => `${counts.daysDone} of ${counts.days} days  ${counts.rows} rows`,
    });
    const onFailure = (error: unknown) =>
      log.error({ failure: describeFailure(error) }, 'a row is kept, but could not be recorded');
    const onProgress = () => show(counts.daysDone, counts.daysDone === counts.days);
    await backfillCalls(
      pool,
      { providers, account, source, from, to, signal: stop.signal, onProgress, onFailure },
      counts,
    ).catch((error: unknown) => {
      failure = error;
    });
  } finally {
    await close();
  }
  if (failure !== null) process.stderr.write(`${describe(failure)}\n`);
  const isAll = failure === null && counts.isComplete;
  const goOn = isAll ? '' : `\nNot all: go on with\n  ${commandFrom(wanted, counts.day || wanted.from)}`;
  process.stdout.write(`${describeCounts(counts, { rows: 'rows', dryRun: false })}${goOn}\n`);
  return isAll ? 0 : 1;
}

function sourceOf(config: Config, account: Account): CallListSource {
  const source = callListOf(account, { providers, access: callListAccess(config) });
  if (source !== null) return source;
  const { title, callList } = providers.get(account.provider);
  if (!callList)
    throw new StartupError(`The calls of ${account.name} cannot be fetched: ${title} has no list of them.`);
  throw new StartupError(
    `The setting CALLERDESK_AUTHCODE has no authcode of the account ${account.name}. Allowed: one authcode, of the default account, or NAME=CODE of several, separated by commas.`,
  );
}

function readArguments(args: string[]): Wanted | null {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
  if (values.help) return null;
  const { from, to, account } = values;
  if (from === undefined) throw new StartupError(`--from is missing.\n\n${usage}`);
  return { from, to, account };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      account: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
}

function readTime(option: string, text: string, zone: string): Instant {
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? startOf(text, zone) : parseInstant(text);
  if (instant !== null) return instant;
  throw new StartupError(
    `${option} is ${JSON.stringify(text)}. Allowed: a day such as 2026-01-31, or ${instantSyntax}.`,
  );
}

function startOf(day: string, zone: string): Instant | null {
  if (parseInstant(`${day}T00:00:00Z`) === null) return null;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return startOfDay(zone, { year, month, day: date });
}

function commandFrom({ to, account }: Wanted, day: string): string {
  const options = [
    ...(account === undefined ? [] : ['--account', `'${account.replaceAll("'", `'\\''`)}'`]),
    ...['--from', day],
    ...(to === undefined ? [] : ['--to', to]),
  ];
  return `npm run backfill -- ${options.join(' ')}`;
}

/** The second time at once: every batch is committed by itself. */
function end(): void {
  if (stop.signal.aborted) process.exit(1);
  stop.abort();
}

function describe(error: unknown): string {
  const expected = expectedFailure(error);
  if (expected) return expected.message;
  // Other messages may carry what the database was told.
  return error instanceof StartupError ? startupLine(error) : JSON.stringify(describeFailure(error));
}
