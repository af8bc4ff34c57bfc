import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { copyRows } from '../../src/postgres/rows/copy-rows.ts';
import { inTransaction, type Transaction } from '../../src/postgres/statement.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
const unhandled: unknown[] = [];
const onUnhandled = (error: unknown) => unhandled.push(error);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  database = await createTestDatabase({ max: 1 });
  await database.pool.query('create table kept (n integer primary key, note text)');
});
afterEach(async () => {
  await database.pool.query('drop trigger if exists last_word on kept; truncate kept');
  expect(unhandled.splice(0)).toEqual([]);
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await database.close();
});

const copy = copyRows<{ n: number; note: string }>(pgTable('kept', { n: integer('n'), note: text('note') }), [
  'n',
  'note',
]);
const keep = (on: Transaction, n: number) => on.query('insert into kept values ($1)', [n]);
const kept = async () => (await database.pool.query('select n from kept order by n')).rows.map(({ n }) => n);
const backend = async () => (await database.pool.query('select pg_backend_pid() as pid')).rows[0]?.pid;

/** Something that happens within the commit. */
async function atCommit(words: string): Promise<void> {
  await database.pool.query(`create or replace function last_word() returns trigger language plpgsql as
    $$ begin ${words} return null; end $$;
    create constraint trigger last_word after insert on kept deferrable initially deferred
      for each row execute function last_word()`);
}

test.each(['notice', 'error'])(
  'a commit that comes with a warning is no success, and its connection is not used again (client_min_messages %s)',
  async (level) => {
    await atCommit(`raise warning 'in whatever words';`);
    await database.pool.query(`set client_min_messages = ${level}`);
    const before = await backend();
    await expect(inTransaction(database.pool, (on) => keep(on, 1))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      cause: { code: 'NOT_DURABLE' },
    });
    expect(await backend()).not.toBe(before);
    // It may be kept: the database has only not said that it is durable.
    expect(await kept()).toEqual([1]);
  },
);

test('a commit that comes with a notice of less weight is a success', async () => {
  await atCommit(`raise notice 'by the way'; raise info 'nothing to worry about';`);
  await inTransaction(database.pool, (on) => keep(on, 1));
  expect(await kept()).toEqual([1]);
});

test('an error within the commit is told by its SQLSTATE, and the connection goes on', async () => {
  await atCommit(`raise exception 'no' using errcode = '23514';`);
  const before = await backend();
  await expect(
    inTransaction(database.pool, async (on, endWith) => endWith([keep(on, 1), keep(on, 2)])),
  ).rejects.toMatchObject({ code: '23514' });
  expect(await backend()).toBe(before);
  expect(await kept()).toEqual([]);
});

test('a commit that is answered ROLLBACK is no success, though nobody heard of the error', async () => {
  const failed = inTransaction(database.pool, async (on) => {
    await keep(on, 1);
    await on.query('select 1 / 0').catch(() => {});
  });
  await expect(failed).rejects.toMatchObject({ code: '22012' });
  // Sent by words that are not looked at.
  const ended = inTransaction(database.pool, async (on) => {
    await keep(on, 2);
    await on.query('rollback; begin; do $$ begin begin perform 1 / 0; exception when others then end; end $$');
    await on.query('rollback and chain');
    await on.query('savepoint s; rollback');
  });
  await expect(ended).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await kept()).toEqual([]);
});

test('of statements that were sent together the one that failed first is told, however the others are waited for', async () => {
  const wrapped = async (one: Promise<unknown>) => {
    const inner = async () => Promise.all([(async () => one)()]);
    await inner();
  };
  const last = (on: Transaction) => [
    wrapped(on.query('select 1 / 0')),
    keep(on, 1),
    wrapped(keep(on, 1)),
    copy(on, [{ n: 2, note: 'two' }]),
  ];
  await expect(inTransaction(database.pool, async (on) => Promise.all(last(on)))).rejects.toMatchObject({
    code: '22012',
  });
  await expect(inTransaction(database.pool, async (on, endWith) => endWith(last(on)))).rejects.toMatchObject({
    code: '22012',
  });
  const afterCopy = inTransaction(database.pool, async (on, endWith) => {
    await keep(on, 3);
    await endWith([wrapped(wrapped(copy(on, [{ n: 3, note: 'again' }]))), keep(on, 4)]);
  });
  await expect(afterCopy).rejects.toMatchObject({ code: '23505' });
  expect(await kept()).toEqual([]);
});

test('what could not even be sent takes all that was sent with it back', async () => {
  const unsendable = {
    n: 'many' as unknown as number,
    get note(): string {
      throw new TypeError('nothing to send');
    },
  };
  const lost = inTransaction(database.pool, async (on, endWith) => {
    await endWith([keep(on, 1), copy(on, [unsendable]), keep(on, 2)]);
  });
  await expect(lost).rejects.toBeInstanceOf(TypeError);
  const broken = inTransaction(database.pool, async (on, endWith) => {
    const send = function* () {
      yield keep(on, 1);
      yield on.query('select 1 / 0');
      throw new TypeError('on the way');
    };
    await endWith(send());
  });
  await expect(broken).rejects.toMatchObject({ code: '22012' });
  expect(await kept()).toEqual([]);
});

test('once a statement has failed nothing more is sent, nor once the transaction is over', async () => {
  const seen: unknown[] = [];
  let later: Promise<unknown> = Promise.resolve();
  const failed = inTransaction(database.pool, async (on) => {
    await on.query('select 1 / 0').catch(() => {});
    await on.query('rollback').catch((error) => seen.push(error.code));
    await copy(on, [{ n: 1, note: '' }]).catch((error) => seen.push(error.code));
    later = new Promise((resolve) => setTimeout(resolve, 50)).then(() => keep(on, 2));
    later.catch(() => {});
  });
  await expect(failed).rejects.toMatchObject({ code: '22012' });
  expect(seen).toEqual(['22012', '22012']);
  await expect(later).rejects.toMatchObject({ code: '22012' });
  let stray: Promise<unknown> = Promise.resolve();
  await inTransaction(database.pool, async (on) => {
    stray = new Promise((resolve) => setTimeout(resolve, 50)).then(() => keep(on, 3));
    stray.catch(() => {});
  });
  await expect(stray).rejects.toThrow('the transaction is over');
  expect(await kept()).toEqual([]);
});

test('a commit waits for the disk where the server would not, and by the rule that is set where there is one', async () => {
  const settingOf = (on: Pick<Transaction, 'query'>) => on.query('show synchronous_commit');
  const seen = async () => (await inTransaction(database.pool, settingOf)).rows[0]?.synchronous_commit;
  // The test server's own is off.
  expect((await settingOf(database.pool)).rows[0]?.synchronous_commit).toBe('on');
  for (const [set, is] of [
    ['off', 'on'],
    ['local', 'local'],
    ['remote_write', 'remote_write'],
    ['remote_apply', 'remote_apply'],
  ] as const) {
    await database.pool.query(`set synchronous_commit = ${set}`);
    expect([set, await seen()]).toEqual([set, is]);
  }
});
