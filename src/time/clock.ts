import type { Instant } from './instant.ts';

/** Tells the moment of what is written; null: the database's own clock, which all instances share. */
export type Clock = () => Instant | null;

/** What everything but tests writes by: instances may run on machines whose clocks differ. */
export const databaseClock: Clock = () => null;
