import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readConfig, readEnvironment } from '../config.ts';
import { describeFailure, expectedFailure } from '../failures.ts';
import { ColumnNames } from '../imports/column-names.ts';
import { ImportCounts } from '../imports/import-counts.ts';
import { importRows } from '../imports/import-rows.ts';
import { keysOf } from '../imports/list-rows.ts';
import { readRows } from '../imports/read-rows.ts';
import { shown } from '../imports/table-header.ts';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import { createLog } from '../log.ts';
import type { OpenDatabase } from '../postgres/client.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { openServiceDatabase } from '../service-database.ts';
import { StartupError, startupLine } from '../startup-error.ts';
import { accountNamed } from './terminal/account-named.ts';
import { describeCounts } from './terminal/describe-counts.ts';
import { progressBar } from './terminal/progress-bar.ts';

const usage = `npm run import -- FILE [--account NAME] [--columns NAME=FIELD,...]... [--after ROWS] [--dry-run]

Imports calls from a file: CSV, JSON lines, JSON (a list, an object that holds one, or objects by their ids) or .xlsx, also
with gzip, told by its content. Its rows are reports as the webhook gets them, or rows of CallerDesk's call list
(call_list_v2). What was imported before is known again, and nothing is kept twice. Ctrl-C ends it after the batch it is at.

  FILE       Its name; - reads what is piped in.
  --columns  Columns that have other names than fields: "Customer Phone=SourceNumber,Picked Time=LegB_Picked_time".
  --account  Whose calls these are. Default: default.
  --after    Pass over so many rows: what an earlier run printed.
  --dry-run  Read only, and change nothing.
`;

type Wanted = { file: string; account: string | undefined; columns: string[]; after: number; dryRun: boolean };

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
  const source = await openFile(wanted.file);
  const config = readConfig(readEnvironment());
  const log = createLog({ level: 'warn', destination: process.stderr });
  const database = await openServiceDatabase({ config, log, name: 'import', max: 2 });
  try {
    const account = await accountNamed(database.db, config, wanted.account);
    return await importFile(database, wanted, source, {
      account,
      onFailure: (error) => log.error({ failure: describeFailure(error) }, 'a row is kept, but could not be recorded'),
    });
  } finally {
    await database.close();
  }
}

type Source = { chunks: AsyncIterable<Buffer>; bytes: number | null };

async function importFile(
  { pool }: OpenDatabase,
  wanted: Wanted,
  { chunks, bytes }: Source,
  input: Pick<Parameters<typeof importRows>[1], 'account' | 'onFailure'>,
): Promise<number> {
  const { dryRun, after, columns } = wanted;
  const given = ColumnNames.read(columns, providers.get(input.account.provider).columns);
  const counts = new ImportCounts();
  let read = 0;
  const show = progressBar({ all: bytes, out: process.stderr, describe: () => `${counts.rows} rows` });
  const counted = countBytes(chunks, (length) => {
    read += length;
  });
  let failure: unknown = null;
  let keys: readonly string[] | null = null;
  try {
    const rows = withKeys(readRows(counted, given), (names) => {
      keys ??= names;
    });
    const onProgress = () => show(read, false);
    await importRows(
      pool,
      { ...input, providers, rows, form: 'IMPORT', after, dryRun, signal: stop.signal, onProgress },
      counts,
    );
  } catch (error) {
    failure = error;
  }
  show(read, true);
  if (failure !== null) process.stderr.write(`${describe(failure)}\n`);
  const goOn = counts.isComplete ? '' : `\nNot all: go on with\n  ${commandFrom(wanted, counts.rows)}`;
  process.stdout.write(`${describeCounts(counts, { rows: 'rows', dryRun })}${goOn}\n`);
  if (!counts.isComplete) return 1;
  const missing = given.missing();
  if (missing.length > 0) process.stderr.write(`--columns: no row has ${missing.map(quoted).join(', ')}.\n`);
  const { IGNORED, UNREADABLE } = counts.states;
  const all = Object.values(counts.states).reduce((sum, count) => sum + count, 0);
  if (after > 0 || all > IGNORED + UNREADABLE) return missing.length > 0 ? 1 : 0;
  process.stderr.write(
    `Nothing in the file is a call. The first row has the keys ${shown(keys ?? [])}. A call has ${given.columns.idWords}; --columns "NAME=${given.columns.id}" says where.\n`,
  );
  return 1;
}

/** Tells the keys of the first row that has any. */
async function* withKeys(
  all: AsyncIterable<readonly ImportedRow[]>,
  tell: (keys: string[]) => void,
): AsyncGenerator<readonly ImportedRow[]> {
  let isTold = false;
  for await (const rows of all) {
    for (const { body } of isTold ? [] : rows) {
      const keys = keysOf(body);
      if (keys.length === 0) continue;
      tell(keys);
      isTold = true;
      break;
    }
    yield rows;
  }
}

async function* countBytes(chunks: AsyncIterable<Buffer>, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onRead(chunk.length);
    yield chunk;
  }
}

async function openFile(file: string): Promise<Source> {
  if (file === '-') return { chunks: process.stdin, bytes: null };
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(error.code === 'ENOENT' ? `There is no file ${file}.` : error.message);
  });
  if (found.isDirectory()) throw new StartupError(`${file} is a folder: name a file.`);
  return { chunks: createReadStream(file, { highWaterMark: 256 * 1024 }), bytes: found.isFile() ? found.size : null };
}

function readArguments(args: string[]): Wanted | null {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
  const { values, positionals } = parsed;
  if (values.help) return null;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new StartupError(`Name one file.\n\n${usage}`);
  const { account, columns = [], after = '0', 'dry-run': dryRun = false } = values;
  if (!/^\d{1,15}$/.test(after)) {
    throw new StartupError(`--after is ${JSON.stringify(after)}. Allowed: a whole number of rows.`);
  }
  return { file, account, columns, after: Number(after), dryRun };
}

function parse(args: string[]) {
  return parseArgs({
    args,
    allowPositionals: true,
    options: {
      account: { type: 'string' },
      columns: { type: 'string', multiple: true },
      after: { type: 'string' },
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function commandFrom({ file, account, columns, dryRun }: Wanted, after: number): string {
  const options = [
    quoted(file),
    ...(account === undefined ? [] : ['--account', quoted(account)]),
    ...columns.flatMap((one) => ['--columns', quoted(one)]),
    ...(dryRun ? ['--dry-run'] : []),
    '--after',
    String(after),
  ];
  return `npm run import -- ${options.join(' ')}`;
}

/** The second time at once: every batch is committed by itself. */
function end(): void {
  if (stop.signal.aborted) process.exit(1);
  stop.abort();
}

function describe(error: unknown): string {
  const expected = expectedFailure(error);
  if (expected) return expected.message;
  if (error instanceof StartupError) return startupLine(error);
  // A file that cannot be read says so itself; other messages may carry what the database was told.
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code && syscall ? `The file cannot be read: ${code}.` : JSON.stringify(describeFailure(error));
}
