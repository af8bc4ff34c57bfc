import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { ColumnNames } from '../imports/column-names.ts';
import { ImportCounts } from '../imports/import-counts.ts';
import { importRows } from '../imports/import-rows.ts';
import { keysOf } from '../imports/list-rows.ts';
import { readRows } from '../imports/read-rows.ts';
import { shown } from '../imports/table-header.ts';
import type { ImportedRow } from '../ingestion/read-imported.ts';
import { serviceProviders as providers } from '../providers/registry.ts';
import { StartupError } from '../startup-error.ts';
import { accountNamed } from './terminal/account-named.ts';
import { commandLine, complain, oneFile, parse, quoted, runOnDatabase } from './terminal/command.ts';
import { logRefusedRow, tellOutcome } from './terminal/import-outcome.ts';
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

await runOnDatabase({
  name: 'import',
  maxConnections: 2,
  usage,
  onSignal: 'finish',
  read: async (args) => {
    const { values, positionals } = parse(
      args,
      {
        account: { type: 'string' },
        columns: { type: 'string', multiple: true, default: [] },
        after: { type: 'string', default: '0' },
        'dry-run': { type: 'boolean', default: false },
      },
      true,
    );
    const file = oneFile(positionals);
    const { account, columns, after, 'dry-run': dryRun } = values;
    if (!/^\d{1,15}$/.test(after)) {
      throw new StartupError(`--after is ${JSON.stringify(after)}. Allowed: a whole number of rows.`);
    }
    return { file, account, columns, after: Number(after), dryRun, source: await openFile(file) };
  },
  run: async ({ db, pool, config, log, signal }, wanted) => {
    const { file, account: name, source, columns, after, dryRun } = wanted;
    const account = await accountNamed(db, config, name);
    const given = ColumnNames.read(columns, providers.get(account.provider).columns);
    const counts = new ImportCounts();
    let read = 0;
    const show = progressBar({ all: source.bytes, out: process.stderr, describe: () => `${counts.rows} rows` });
    const counted = countBytes(source.chunks, (length) => {
      read += length;
    });
    let keys: readonly string[] | null = null;
    const rows = withKeys(readRows(counted, given), (names) => {
      keys ??= names;
    });
    const onProgress = () => show(read, false);
    const how = { form: 'IMPORT', after, dryRun, signal, onProgress, onFailure: logRefusedRow(log) } as const;
    const failure = await importRows(pool, { providers, account, rows, ...how }, counts).then(
      () => null,
      (error: unknown) => error,
    );
    show(read, true);
    const rest = () =>
      commandLine('import', [file], { account: name, columns, 'dry-run': dryRun, after: String(counts.rows) });
    if (!tellOutcome({ counts, failure, dryRun, goOn: rest })) return false;
    const missing = given.missing();
    if (missing.length > 0) complain(`--columns: no row has ${missing.map(quoted).join(', ')}.`);
    const { IGNORED, UNREADABLE } = counts.states;
    const all = Object.values(counts.states).reduce((sum, count) => sum + count, 0);
    if (after > 0 || all > IGNORED + UNREADABLE) return missing.length === 0;
    complain(
      `Nothing in the file is a call. The first row has the keys ${shown(keys ?? [])}. A call has ${given.columns.idWords}; --columns "NAME=${given.columns.id}" says where.`,
    );
    return false;
  },
});

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

type Source = { chunks: AsyncIterable<Buffer> /** Null: nobody knows. */; bytes: number | null };

async function openFile(file: string): Promise<Source> {
  if (file === '-') return { chunks: process.stdin, bytes: null };
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new StartupError(error.code === 'ENOENT' ? `There is no file ${file}.` : error.message);
  });
  if (found.isDirectory()) throw new StartupError(`${file} is a folder: name a file.`);
  return { chunks: createReadStream(file, { highWaterMark: 256 * 1024 }), bytes: found.isFile() ? found.size : null };
}
