import { pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../postgres/columns.ts';

/** What is not deleted until somebody says so: the clocks, or how much it would be, speak against it. */
export const retentionWaits = pgTable('retention_waits', {
  kind: text({ enum: ['CALLS', 'DELIVERIES', 'ACCESS_LOG'] }).primaryKey(),
  since: instant().notNull(),
  why: text().notNull(),
});
