import type pg from 'pg';
import type { Cancellation } from '../../cancellation.ts';
import { connectFor, type StatementCanceller } from '../../postgres/cancel-statement.ts';
import type { ReadDatabase, StatementListener } from '../../postgres/client.ts';
import { databaseOver } from './snapshot.ts';
import type { Ask } from './snapshot-connection.ts';

/** A snapshot whose statements wait for each other, as those must of which one is a COPY. Must be released. */
export type WaitingSnapshot = { db: ReadDatabase; release: () => Promise<void> };

type Parts = { canceller: StatementCanceller; onStatement?: StatementListener | undefined };

/** Opens such a snapshot on a connection of its own; what is under way when it is released, or no longer wanted, is cancelled. */
export async function openWaitingSnapshot(
  pool: pg.Pool,
  { canceller, onStatement }: Parts,
  cancellation: Cancellation,
): Promise<WaitingSnapshot> {
  const client = await connectFor(pool, cancellation);
  let last: Promise<unknown> = client.query('begin isolation level repeatable read read only');
  let isUnderWay = true;
  let cancelling: Promise<void> | undefined;
  const settled = () => last.then(nothing, nothing);
  const cancelLast = () => {
    cancelling ??= isUnderWay ? canceller.cancelUntil(client, settled()) : Promise.resolve();
    return cancelling;
  };
  const off = cancellation.onCancel(() => void cancelLast());
  const run = <Result>(ask: Ask<Result>): Promise<Result> => {
    const answer = last.then(() => {
      cancellation.throwIfCancelled();
      isUnderWay = true;
      return ask(client);
    });
    last = answer;
    const end = () => {
      if (last === answer) isUnderWay = false;
    };
    answer.then(end, end);
    return cancellation.waitFor(answer);
  };
  let released: Promise<void> | undefined;
  const release = async () => {
    off();
    if (isUnderWay) await cancelLast();
    // A request to cancel must never meet a statement of somebody else.
    const isGivenUp = cancelling !== undefined || isUnderWay;
    await (isGivenUp ? Promise.reject() : client.query('commit')).then(
      () => client.release(),
      () => client.release(true),
    );
  };
  return {
    db: databaseOver(run, onStatement),
    release: () => {
      released ??= release();
      return released;
    },
  };
}

const nothing = () => {};
