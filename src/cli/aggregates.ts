import { parseArgs } from 'node:util';
import { listAccounts } from '../accounts/accounts.ts';
import { rebuildChunks, verifyChunks } from '../columnar/index.ts';
import { readConfig, readEnvironment } from '../config.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import { createLog } from '../log.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError, startupLine } from '../startup-error.ts';
import { databaseClock } from '../time/instant.ts';
import { accountNamed } from './terminal/account-named.ts';
import { progressBar } from './terminal/progress-bar.ts';

const usage = `npm run aggregates -- verify|rebuild [--account NAME]

Figures are answered from a second copy of the calls, packed column by column, which the service keeps up by itself.

  verify     Compares it with the calls, and says how large it is. Ends with 1 where anything differs.
  rebuild    Makes it anew. Safe beside the running service: until it is done, figures are answered from the calls.
  --account  Only this account. Default: all.
`;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
  });
}

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
  const { db, pool, close } = await openServiceDatabase({ config, log, name: 'aggregates', max: 1 });
  try {
    const chosen =
      wanted.account === undefined ? await listAccounts(db) : [await accountNamed(db, config, wanted.account)];
    let code = 0;
    for (const account of chosen) {
      const isRight = wanted.task === 'verify' ? await verify(account) : await rebuild(account);
      if (!isRight) code = 1;
      if (stopping.signal.aborted) return 1;
    }
    return code;
  } finally {
    await close();
  }

  async function verify({ id: accountId, name }: { id: number; name: string }): Promise<boolean> {
    let show: ReturnType<typeof progressBar> | undefined;
    const found = await verifyChunks(pool, {
      accountId,
      onProgress: (done, all) => {
        show ??= progressBar({ all, out: process.stderr, describe: () => `${done} of ${all} chunks of ${name}` });
        show(done, done === all);
      },
    });
    if (found.packedThrough === null) {
      process.stdout.write(`${name}: not packed. The running service does that, or: npm run aggregates -- rebuild\n`);
      return true;
    }
    const size = found.packed === 0 ? '' : `, ${(found.bytes / found.packed).toFixed(1)} bytes for each`;
    process.stdout.write(
      `${name}: ${found.packed} calls in ${found.chunks} chunks${size}; ${found.differing} differ from the calls.\n`,
    );
    for (const span of found.where) process.stdout.write(`  among those that started ${span}\n`);
    if (found.differing > 0) process.stdout.write('  Mend it with: npm run aggregates -- rebuild\n');
    return found.differing === 0;
  }

  async function rebuild({ id: accountId, name }: { id: number; name: string }): Promise<boolean> {
    const show = progressBar({ all: null, out: process.stderr, describe: (done) => `${done} calls of ${name}` });
    const packed = await rebuildChunks(pool, {
      accountId,
      clock: databaseClock,
      onProgress: (done) => show(done, false),
      signal: stopping.signal,
    });
    if (packed === null) {
      process.stdout.write(`${name}: is being packed by somebody else. Try again.\n`);
      return false;
    }
    show(packed, true);
    const isWhole = !stopping.signal.aborted;
    process.stdout.write(
      isWhole ? `${name}: ${packed} calls are packed anew.\n` : `${name}: broken off; not packed.\n`,
    );
    return isWhole;
  }
}

function readArguments(args: string[]): { task: 'verify' | 'rebuild'; account: string | undefined } | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
  const { values, positionals } = parsed;
  if (values.help) return null;
  const [task, ...more] = positionals;
  if ((task !== 'verify' && task !== 'rebuild') || more.length > 0) {
    throw new StartupError(`Say what to do: verify or rebuild.\n\n${usage}`);
  }
  return { task, account: values.account };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: { account: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
}

function describe(error: unknown): string {
  const expected = expectedFailure(error);
  if (expected) return expected.message;
  // Other messages may carry what the database was told.
  return error instanceof StartupError ? startupLine(error) : JSON.stringify(describeFailure(error));
}
