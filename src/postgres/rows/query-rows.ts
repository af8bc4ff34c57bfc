import pg from 'pg';
import type { Database } from '../client.ts';

/** A row as the driver is told of it. */
export type SentRow = { readonly fields: readonly (string | null)[] };

/** A statement, prepared under its name if it has one, and its values. */
export type RowsQueryConfig = { name?: string | undefined; text: string; values: unknown[] };

/** What statements are sent on: a pool, a connection, or what stands for one. */
export type SendsRows = { queryRows: (config: RowsQueryConfig) => Promise<SentRow[]> };

/** Connections that do not ask what columns rows will have: whoever wrote the statement knows. */
const undescribing = new WeakMap<object, object>();

/** Gathers rows as they were sent: nothing is made of them that nobody asks for, and no columns are described. */
class RowsQuery extends pg.Query {
  readonly sent: SentRow[] = [];

  // The driver's, which has no types for them.
  handleDataRow(row: SentRow): void {
    this.sent.push(row);
  }

  prepare(connection: object): void {
    let undescribed = undescribing.get(connection);
    if (!undescribed) {
      undescribed = Object.create(connection, { describe: { value: () => {} } }) as object;
      undescribing.set(connection, undescribed);
    }
    (pg.Query.prototype as unknown as RowsQuery).prepare.call(this, undescribed);
  }
}

/** Sends a statement on a connection. */
export function queryRowsOn(client: pg.ClientBase, config: RowsQueryConfig): Promise<SentRow[]> {
  const query = new RowsQuery(config);
  return new Promise((resolve, reject) => {
    const told = (error: Error | null) => (error ? reject(error) : resolve(query.sent));
    (client.query as (query: pg.Submittable, values: undefined, told: (error: Error | null) => void) => void)(
      query,
      undefined,
      told,
    );
  });
}

/** Runs a statement and gives its rows as they were sent, column by column as the statement names them. */
export async function queryRows(db: Pick<Database, '_'>, config: RowsQueryConfig): Promise<SentRow[]> {
  // What drizzle itself would send the statement on, and tell of it.
  const { client, logger } = db._.session as unknown as {
    client: pg.Pool | SendsRows;
    logger: { logQuery: (text: string, values: unknown[]) => void };
  };
  logger.logQuery(config.text, config.values);
  if ('queryRows' in client) return client.queryRows(config);
  const query = new RowsQuery(config);
  await client.query(query as unknown as string);
  return query.sent;
}
