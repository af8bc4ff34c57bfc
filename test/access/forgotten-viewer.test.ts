import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, expectTypeOf, test } from 'vitest';
import { opensTo } from '../../src/access/opens-to.ts';
import type { Viewer } from '../../src/access/viewer.ts';
import { calls } from '../../src/calls/call.table.ts';
import type { Context } from '../../src/graphql/context.ts';
import type { Database, ReadDatabase } from '../../src/postgres/client.ts';
import { ViewerDatabase, ViewerWrites } from '../../src/query/viewer-database.ts';
import { seals } from '../support/seals.ts';

const viewer: Viewer = { name: 'of the tests', accounts: [1], scopes: ['calls'] };

/** tsc, which npm run check runs over the tests too, must refuse each statement here but for the comment above it. */
export function verbsThatForget(db: ViewerDatabase, writes: ViewerWrites, nobodys: Database): void {
  // @ts-expect-error: there is no statement without the condition of a viewer
  db.select().from(calls);
  // @ts-expect-error
  db.execute('select 1');
  // @ts-expect-error: what is handed out besides the database must be taken
  db.read(calls.accountId, opensTo.calls, (on) => on.select().from(calls));
  // @ts-expect-error
  db.read(calls.accountId, opensTo.calls, () => null);
  // @ts-expect-error: it must be said what tells the account
  db.read(opensTo.calls, (on, own) => on.select().from(calls).where(own));
  // @ts-expect-error: nor without the scopes that open it
  db.read(calls.accountId, (on, own) => on.select().from(calls).where(own));
  // @ts-expect-error: the accounts must be taken
  db.readAccounts([1, 2], opensTo.packedCalls, (on) => on);
  // @ts-expect-error: who writes must be taken
  writes.write((pool) => pool.query('select 1'));
  // @ts-expect-error: a database that is nobody's is none of a viewer
  db = nobodys;
}

test('beside what it is handed a verb finds no way to the database', () => {
  const database = {} as ReadDatabase;
  expect(Object.values(new ViewerDatabase(database, viewer, seals))).toEqual([viewer, seals]);
  expect(Object.values(new ViewerWrites({} as never, viewer))).toEqual([]);
});

test('the condition is that of the viewer, and of one who may see all there is none', () => {
  const all: Viewer = { ...viewer, accounts: 'all' };
  const conditionOf = (who: Viewer) => {
    const condition = new ViewerDatabase({} as ReadDatabase, who, seals).read(
      calls.accountId,
      opensTo.calls,
      (_on, own) => own,
    );
    return new PgDialect().sqlToQuery(condition);
  };
  expect(conditionOf(viewer)).toMatchObject({ sql: '"calls"."account_id" = $1::integer', params: [1] });
  expect(conditionOf({ ...viewer, accounts: [1, 2] })).toMatchObject({ params: [[1, 2]] });
  expect(conditionOf({ ...viewer, accounts: [] })).toMatchObject({ sql: 'false' });
  expect(conditionOf(all)).toMatchObject({ sql: 'true' });
  const idsOf = (who: Viewer) =>
    new ViewerDatabase({} as ReadDatabase, who, seals).readAccounts([1, 2], opensTo.packedCalls, (_on, ids) => ids);
  expect(idsOf(viewer)).toEqual([1]);
  expect(idsOf(all)).toEqual([1, 2]);
});

test('operations are handed no database but that of their viewer', () => {
  type Raw<Name extends keyof Context> = Context[Name] extends Database | { query: unknown } ? Name : never;
  expectTypeOf<{ [Name in keyof Context]-?: Raw<Name> }[keyof Context]>().toBeNever();
});

test('nothing is read for a viewer whom no scope opens it to', () => {
  const db = new ViewerDatabase({} as ReadDatabase, { ...viewer, scopes: ['admin', 'inbox'] }, seals);
  expect(() => db.read(calls.accountId, opensTo.calls, (_on, own) => own)).toThrow(/needs the scope calls/);
  expect(() => db.readAccounts([1], opensTo.packedCalls, (_on, ids) => ids)).toThrow(
    /one of the scopes calls, metrics/,
  );
  expect(db.read(calls.accountId, opensTo.deliveries, (_on, own) => own)).toBeDefined();
  expect(db.read(calls.accountId, opensTo.accounts, (_on, own) => own)).toBeDefined();
});
