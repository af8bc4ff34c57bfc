import { date, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { instant } from '../postgres/columns.ts';

/**
 * The days and hours of time zones, as the service cuts them: the views of the schema bi count calls by these, and know no zone.
 * There are those of each year in which an account that is seen by a BI role has calls.
 */
export const biBuckets = pgTable(
  'bi_buckets',
  {
    timeZone: text('time_zone').notNull(),
    unit: text({ enum: ['DAY', 'HOUR'] }).notNull(),
    startsAt: instant('starts_at').notNull(),
    endsAt: instant('ends_at').notNull(),
    /** As a bucket of a series is called. */
    label: text().notNull(),
    /** The local date that it belongs to. */
    day: date({ mode: 'string' }).notNull(),
    /** ISO, as the local calendar shows it: Monday = 1 to Sunday = 7. */
    dayOfWeek: integer('day_of_week').notNull(),
    /** As the local clock shows it. Null for days. */
    hourOfDay: integer('hour_of_day'),
  },
  (t) => [primaryKey({ columns: [t.timeZone, t.unit, t.startsAt] })],
);

export type BiBucket = typeof biBuckets.$inferSelect;
