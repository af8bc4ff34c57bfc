import { is, Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { rawTypes } from './columns.ts';
import { begin, commit, NotDurable } from './commit.ts';
import { SentStatements } from './sent-statements.ts';
import { isReadOnlySession } from './watched-client.ts';

/** A connection inside a transaction. */
export type Transaction = Pick<pg.ClientBase, 'query'>;

/** Runs a statement with these values for its placeholders. */
export type Statement<Row> = (on: Transaction, values: Record<string, unknown>) => Promise<Row[]>;

const dialect = new PgDialect();

/**
 * A statement of the write path: put together once, and prepared once on each connection. Building its text for every
 * group of deliveries cost more than running it.
 */
export function statement<Row = Record<string, unknown>>(name: string, query: SQL): Statement<Row> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return async (on, values) => {
    const filled = params.map((param) => (is(param, Placeholder) ? values[param.name] : param));
    const { rows } = await on.query({ name, text, values: filled, types: rawTypes });
    return rows as Row[];
  };
}

/**
 * Sends the last statements of a transaction, which need no answer before the commit, and the commit along with them.
 * Nothing may be sent after it.
 */
export type EndWith = (last: Iterable<Promise<unknown>>) => Promise<void>;

/** Runs work in a transaction of its own, and waits until that is durable. */
export type InTransaction = <Result>(work: (on: Transaction, endWith: EndWith) => Promise<Result>) => Promise<Result>;

/** What is done on the connection of a transaction before that begins; `apart`: in another one, on the same connection. */
export type BeforeTransaction = (client: pg.PoolClient, apart: InTransaction) => Promise<void>;

/**
 * Runs work in one transaction on a connection of its own: all of it is written, or nothing; and it is durable by the
 * database's own rules once this settles. What it throws is what failed first.
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (on: Transaction, endWith: EndWith) => Promise<Result>,
  before?: BeforeTransaction,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const run: InTransaction = (work) =>
    runTransaction(client, work, (error) => {
      broken = error;
    });
  try {
    await before?.(client, run);
    return await run(work);
  } finally {
    client.release(broken);
  }
}

async function runTransaction<Result>(
  client: pg.PoolClient,
  work: (on: Transaction, endWith: EndWith) => Promise<Result>,
  onBroken: (error: Error) => void,
): Promise<Result> {
  const on = new SentStatements(client);
  let isEnded = false;
  const endWith: EndWith = async (last) => {
    isEnded = true;
    on.hold();
    let all: { answered: Promise<unknown> };
    try {
      all = await sendAll(last, () => commit(client, on));
    } finally {
      on.release();
    }
    await all.answered;
  };
  try {
    // Both: no work may go on once the connection is given back.
    const [began, worked] = await Promise.allSettled([begin(on), work(on, endWith)]);
    if (began.status === 'rejected') throw began.reason;
    if (worked.status === 'rejected') throw worked.reason;
    if (!isEnded) await commit(client, on);
    return worked.value;
  } catch (error) {
    const cause = await on.causeOf(error);
    if (cause instanceof NotDurable || isReadOnlySession(cause)) onBroken(cause);
    else await client.query('rollback').catch(onBroken);
    throw cause;
  } finally {
    on.end();
  }
}

/** Sends them, and the commit, unless one of them could not even be sent: it would keep the others. Then that one is told. */
async function sendAll(
  last: Iterable<Promise<unknown>>,
  commit: () => Promise<void>,
): Promise<{ answered: Promise<unknown> }> {
  const sent: Promise<unknown>[] = [];
  let isRefused = false;
  const refused = () => {
    isRefused = true;
  };
  for (const one of last) {
    sent.push(one);
    one.catch(refused);
  }
  // A tick that is asked for among promises comes after all that they have to say now.
  await null;
  await new Promise<void>((resolve) => process.nextTick(resolve));
  return { answered: Promise.all(isRefused ? sent : [...sent, commit()]) };
}
