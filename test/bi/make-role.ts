import pg from 'pg';
import { inject } from 'vitest';
import { createBiRole } from '../../src/bi/bi-roles.ts';
import { biUrl } from '../../src/bi/bi-url.ts';
import { instantOf } from '../../src/time/instant.ts';
import type { TestDatabase } from '../support/database.ts';

export type MadeRole = {
  name: string;
  url: string;
  /** The rows of a statement that the role runs, on one connection that stays. */
  query: <Row extends pg.QueryResultRow = Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;
  client: pg.Client;
};

/** Makes BI roles in a database, and removes them, and who owns their views, once the database is gone. */
export class RoleMaker {
  readonly #made: MadeRole[] = [];
  #viewOwner: string | undefined;
  readonly #database: TestDatabase;

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  async make(
    name: string,
    accountIds: readonly number[],
    { seesNumbers = false, seconds = 60 } = {},
  ): Promise<MadeRole> {
    const { db, pool, url: databaseUrl } = this.#database;
    const unique = `bi_${name}_${new URL(databaseUrl).pathname.slice(-10)}`;
    const made = await createBiRole(db, { name: unique, accountIds, seesNumbers, seconds }, instantOf(Date.now()));
    for (const { text } of made.statements) await pool.query(text);
    const { rows } = await pool.query(
      `select relowner::regrole::text as owner from pg_class where oid = 'bi.calls'::regclass`,
    );
    this.#viewOwner = rows[0].owner;
    const url = biUrl(databaseUrl, { name: unique, password: made.password });
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    const query: MadeRole['query'] = async (text, values) => (await client.query(text, values)).rows;
    const role = { name: unique, url, query, client };
    this.#made.push(role);
    return role;
  }

  async disconnect(): Promise<void> {
    for (const { client } of this.#made) await client.end().catch(() => {});
  }

  /** After the database was dropped. */
  async remove(): Promise<void> {
    const client = new pg.Client({ connectionString: inject('serverUrl') });
    await client.connect();
    for (const name of [...this.#made.map((role) => role.name), this.#viewOwner ?? '']) {
      if (name !== '') await client.query(`drop role if exists ${name}`);
    }
    await client.end();
  }
}
