import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../src/postgres/client.ts';
import { inTransaction } from '../../src/postgres/statement.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { openProxy } from '../support/tcp-proxy.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ max: 1 });
  await database.pool.query('create table kept (n integer primary key)');
});
beforeEach(() => database.pool.query('truncate kept'));
afterAll(() => database.close());

const insert = (n: unknown) => ({ name: 'insert_kept', text: 'insert into kept values ($1) returning n', values: [n] });

test('each statement of a batch has its own rows, count and command, prepared or not', async () => {
  for (let again = 0; again < 2; again++) {
    const answers = await inTransaction(database.pool, (on) =>
      Promise.all([
        on.query(insert(again * 10)),
        on.query('select $1::text as word, null as nothing', ['ä"\\']),
        on.query({ name: 'none', text: 'select n from kept where n < $1', values: [-1] }),
        on.query(insert(again * 10 + 1)),
        on.query({ name: 'touch', text: 'update kept set n = n where n >= $1', values: [again * 10] }),
        on.query({
          name: 'list',
          text: 'select $1::text[] as list, $2::bytea as raw',
          values: [['a,b', null, '"\\'], Buffer.of(0, 255)],
        }),
      ]),
    );
    expect(answers.map(({ command, rowCount, rows }) => [command, rowCount, rows])).toEqual([
      ['INSERT', 1, [{ n: again * 10 }]],
      ['SELECT', 1, [{ word: 'ä"\\', nothing: null }]],
      ['SELECT', 0, []],
      ['INSERT', 1, [{ n: again * 10 + 1 }]],
      ['UPDATE', 2, []],
      ['SELECT', 1, [{ list: ['a,b', null, '"\\'], raw: Buffer.of(0, 255) }]],
    ]);
  }
});

test('a query builder asks on a transaction as on a connection: values beside the text, rows as lists', async () => {
  await inTransaction(database.pool, async (on) => {
    await on.query(insert(1));
    const listed = await on.query({ text: 'select n, $1::text as word from kept', rowMode: 'array' } as never, ['x']);
    expect(listed.rows).toEqual([[1, 'x']]);
    const { rows } = await drizzle({ client: on as never }).execute(sql`select ${2}::integer as two`);
    expect(rows).toEqual([{ two: 2 }]);
  });
});

test('after a statement that fails none is run, and what the batch would have prepared can be prepared again', async () => {
  const failed = inTransaction(database.pool, (on) =>
    Promise.all([
      on.query({ name: 'first_of_all', text: 'select 1 as one', values: [] }),
      on.query({ name: 'divides', text: 'select 1 / $1::integer as n', values: [0] }),
      on.query({ name: 'comes_after', text: 'select 2 as two', values: [] }),
    ]),
  );
  await expect(failed).rejects.toMatchObject({ code: '22012' });
  const { rows } = await inTransaction(database.pool, async (on) => {
    await on.query({ name: 'first_of_all', text: 'select 1 as one', values: [] });
    await on.query({ name: 'comes_after', text: 'select 2 as two', values: [] });
    return on.query({ name: 'divides', text: 'select 1 / $1::integer as n', values: [1] });
  });
  expect(rows).toEqual([{ n: 1 }]);
});

test('a value of a kind that is not sent fails its transaction, and nothing of it is kept', async () => {
  for (const value of [new Date(), { n: 1 }, Symbol('n'), () => 1]) {
    const failed = inTransaction(database.pool, (on, endWith) =>
      endWith([on.query(insert(1)), on.query(insert(value)), on.query(insert(2))]),
    );
    await expect(failed).rejects.toBeInstanceOf(TypeError);
  }
  expect((await database.pool.query('select n from kept')).rows).toEqual([]);
});

test('a row that cannot be read fails its statement, and the connection goes on', async () => {
  const types = {
    getTypeParser: () => () => {
      throw new RangeError('no such thing');
    },
  };
  const failed = inTransaction(database.pool, (on) =>
    on.query({ text: 'select $1::integer as n', values: [1], types: types as never }),
  );
  await expect(failed).rejects.toBeInstanceOf(RangeError);
  const { rows } = await inTransaction(database.pool, (on) => on.query(insert(5)));
  expect(rows).toEqual([{ n: 5 }]);
});

test('what is asked together goes one way and comes one way back, and so does what is written, with the commit', async () => {
  const { hostname: host, port } = new URL(database.url);
  const proxy = await openProxy({ host, port: Number(port) });
  const url = new URL(database.url);
  url.port = String(proxy.port);
  const { pool, close } = openDatabase({ url: url.href, name: 'tests', max: 1 });
  const passed: string[] = [];
  try {
    for (const n of [1, 11]) {
      passed.length = 0;
      proxy.onChunk(({ direction }) => {
        if (passed.at(-1) !== direction) passed.push(direction);
      });
      await inTransaction(pool, async (on, endWith) => {
        await Promise.all([on.query(insert(n)), on.query(insert(n + 1))]);
        await endWith([on.query(insert(n + 2)), on.query(insert(n + 3))]);
      });
    }
    expect(passed).toEqual(['toServer', 'toClient', 'toServer', 'toClient']);
  } finally {
    await close();
    await proxy.close();
  }
});
