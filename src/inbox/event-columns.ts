import { getTableColumns, sql } from 'drizzle-orm';
import { webhookEvents } from './webhook-event.table.ts';

/** All columns of a delivery under the names that they have here. */
export const eventColumns = sql.join(
  Object.entries(getTableColumns(webhookEvents)).map(([name, column]) => sql`${column} as ${sql.identifier(name)}`),
  sql`, `,
);
