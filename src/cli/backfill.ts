import type { Account } from '../accounts/account.table.ts';
import { callListOf } from '../backfill/backfill-accounts.ts';
import { BackfillCounts, backfillCalls, settledBefore } from '../backfill/backfill-calls.ts';
import type { CallListSource } from '../backfill/fetch-page.ts';
import type { Config } from '../config.ts';
import { callListAccess, serviceProviders as providers } from '../providers/registry.ts';
import { StartupError } from '../startup-error.ts';
import { type Instant, instantSyntax, parseInstant } from '../time/instant.ts';
import { startOfDay } from '../time/zone.ts';
import { accountNamed } from './terminal/account-named.ts';
import { commandLine, parse, runOnDatabase, WrongUse } from './terminal/command.ts';
import { logRefusedRow, tellOutcome } from './terminal/import-outcome.ts';
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

await runOnDatabase({
  name: 'backfill',
  maxConnections: 2,
  usage,
  onSignal: 'finish',
  read: (args) => {
    const { values } = parse(args, { from: { type: 'string' }, to: { type: 'string' }, account: { type: 'string' } });
    if (values.from === undefined) throw new WrongUse('--from is missing.');
    return { ...values, from: values.from };
  },
  run: async ({ db, pool, config, log, signal }, wanted) => {
    const account = await accountNamed(db, config, wanted.account);
    const latest = settledBefore(Date.now());
    const from = readTime('--from', wanted.from, account.timeZone);
    const asked = wanted.to === undefined ? latest : readTime('--to', wanted.to, account.timeZone);
    const to = asked < latest ? asked : latest;
    if (from >= to) throw new StartupError(`--from ${wanted.from} is not before --to, or before 15 minutes ago.`);
    const source = sourceOf(config, account);
    const counts = new BackfillCounts();
    const show = progressBar({
      all: null,
      out: process.stderr,
      describe: () => `${counts.daysDone} of ${counts.days} days  ${counts.rows} rows`,
    });
    const onProgress = () => show(counts.daysDone, counts.daysDone === counts.days);
    const input = { providers, account, source, from, to, signal, onProgress, onFailure: logRefusedRow(log) };
    const failure = await backfillCalls(pool, input, counts).then(
      () => null,
      (error: unknown) => error,
    );
    const goOn = () =>
      commandLine('backfill', [], { account: wanted.account, from: counts.day || wanted.from, to: wanted.to });
    return tellOutcome({ counts, failure, dryRun: false, goOn });
  },
});

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
