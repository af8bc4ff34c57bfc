import { Readable } from 'node:stream';
import { setImmediate as otherWork } from 'node:timers/promises';
import type pg from 'pg';
import type { Account } from '../accounts/account.table.ts';
import type { EventState } from '../inbox/webhook-event.table.ts';
import type { ReadDelivery } from '../ingestion/read-delivery.ts';
import { type ImportedRow, readImported } from '../ingestion/read-imported.ts';
import { recordBatch, writeHalving } from '../ingestion/record-batch.ts';
import type { Providers } from '../providers/providers.ts';
import { type Clock, databaseClock, instantOf } from '../time/instant.ts';
import { ImportCounts } from './import-counts.ts';

/** One transaction writes so many, for meanwhile the deliveries that arrive wait. */
const batchSize = 1000;
/** So many batches are read ahead of those that are being written. */
const readAhead = 2;
/** So many are read before whoever waits for the database has a turn. */
const sliceSize = 50;

export type ImportInput = {
  account: Account;
  providers: Providers;
  /** What is imported, some at a time, in order. */
  rows: AsyncIterable<readonly ImportedRow[]>;
  form: 'IMPORT' | 'BACKFILL';
  /** Passed over: so many of the first rows. */
  after?: number;
  /** What is not wanted is left out, and not counted. */
  isWanted?: (read: ReadDelivery) => boolean;
  /** Read only: nothing is written. */
  dryRun?: boolean;
  clock?: Clock;
  /** No further batch is begun once it is aborted, and none that still waits for its turn is written. */
  signal?: AbortSignal;
  /** Told after each batch, once it is durable. */
  onProgress?: (counts: ImportCounts) => void;
  /** Told what could not be written: it is kept as UNREADABLE. */
  onFailure?: (error: unknown) => void;
};

/**
 * Imports rows of one account in order, each batch in a transaction of its own. While one is being written the next one is
 * read, and waits behind it for the account's lock: two are in the air. What is durable of them is counted, also when
 * it throws: where the database failed, what it had written after `counts.rows` is recognised when it comes again.
 */
export async function importRows(
  pool: pg.Pool,
  input: ImportInput,
  counts = new ImportCounts(),
): Promise<ImportCounts> {
  const { signal, onProgress } = input;
  counts.isComplete = false;
  let last = landed;
  let oneBefore = landed;
  try {
    for await (const { read, rows } of Readable.from(readBatches(input), { highWaterMark: readAhead })) {
      await oneBefore.whole;
      if (signal?.aborted) return counts;
      oneBefore = last;
      last = send(pool, read, input, oneBefore, (states) => {
        counts.add(read, states);
        counts.rows += rows;
        onProgress?.(counts);
      });
    }
    await last.whole;
  } finally {
    // Where reading failed, what is being written is still to be committed.
    await last.whole.catch(() => {});
  }
  counts.isComplete = !signal?.aborted;
  return counts;
}

/** A batch that is being written. */
type InTheAir = {
  /** Once it holds the account's lock, or never will. */
  locked: Promise<unknown>;
  /** The first attempt, once it is committed. */
  attempt: Promise<unknown>;
  /** Once it and all before it are durable and counted. */
  whole: Promise<void>;
};

const landed: InTheAir = { locked: Promise.resolve(), attempt: Promise.resolve(), whole: Promise.resolve() };

/**
 * Sends a batch behind another one. Where either attempt fails, it is written anew once that one is through; where the import
 * was told to end meanwhile, it is not written.
 */
function send(
  pool: pg.Pool,
  rows: readonly ReadDelivery[],
  input: ImportInput,
  before: InTheAir,
  onWritten: (states: EventState[]) => void,
): InTheAir {
  const { account, providers, dryRun = false, clock = databaseClock, signal } = input;
  const isNothing = dryRun || rows.length === 0;
  let onLocked = () => {};
  const held = new Promise<void>((resolve) => {
    onLocked = resolve;
  });
  const comeFirst = async () => {
    // Where that attempt failed, the one before is written anew: this one must not wait for it with the lock.
    await before.attempt;
    signal?.throwIfAborted();
  };
  const tryOnce = async () => {
    // Else it might have the lock first, and wait with it for the one before.
    await before.locked;
    const after = comeFirst();
    after.catch(() => {}); // waited for once the lock is held
    const turn = () => {
      onLocked();
      return after;
    };
    if (!isNothing) return recordBatch(pool, { account, providers, deliveries: rows, clock, isImported: true, turn });
    await after;
    return rows.map(({ event }) => event.state);
  };
  const attempt = tryOnce();
  const finish = async () => {
    let states = await attempt.catch(() => null);
    await before.whole;
    if (!states && signal?.aborted) return;
    states ??= isNothing ? rows.map(({ event }) => event.state) : await write(pool, rows, input);
    onWritten(states);
  };
  const whole = finish();
  whole.catch(() => {}); // waited for two turns later
  return { locked: Promise.race([held, attempt.catch(() => {})]), attempt, whole };
}

/** Batches as they were read, and how many rows of the file each stands for. */
async function* readBatches(input: ImportInput) {
  for await (const { rows, passed } of batches(input)) {
    yield { read: await readAll(rows, input), rows: passed + rows.length };
  }
}

/** Rows in batches, with how many were passed over before each. */
async function* batches({ rows, after = 0, signal }: ImportInput) {
  let batch: ImportedRow[] = [];
  let toPass = after;
  let passed = 0;
  for await (const some of rows) {
    for (const row of some) {
      if (signal?.aborted) break;
      if (toPass > 0) {
        toPass -= 1;
        passed += 1;
        continue;
      }
      batch.push(row);
      if (batch.length < batchSize) continue;
      yield { rows: batch, passed };
      batch = [];
      passed = 0;
    }
    if (signal?.aborted) return;
  }
  if (batch.length > 0 || passed > 0) yield { rows: batch, passed };
}

async function readAll(
  rows: readonly ImportedRow[],
  { account, providers, form, clock = databaseClock, isWanted }: ImportInput,
): Promise<ReadDelivery[]> {
  const receivedAt = clock() ?? instantOf(Date.now());
  const provider = providers.get(account.provider);
  const read: ReadDelivery[] = [];
  for (const [i, row] of rows.entries()) {
    read.push(readImported({ provider, account, row, form, receivedAt }));
    if (i % sliceSize === sliceSize - 1) await otherWork();
  }
  return isWanted ? read.filter(isWanted) : read;
}

function write(pool: pg.Pool, rows: readonly ReadDelivery[], input: ImportInput): Promise<EventState[]> {
  const { account, providers, clock = databaseClock, onFailure } = input;
  const record = (deliveries: readonly ReadDelivery[]) =>
    recordBatch(pool, { account, providers, deliveries, clock, isImported: true });
  return writeHalving(rows, record, ({ event }, error) => {
    onFailure?.(error);
    const reason = 'could not be recorded: the database refused it';
    return record([{ event: { ...event, state: 'UNREADABLE', reason }, facts: null }]);
  });
}
