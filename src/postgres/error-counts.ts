import pg from 'pg';

/** More than so many codes tell nobody anything. */
const mostCodes = 100;
const counts = new Map<string, number>();

/** Counts an error of a statement by its SQLSTATE; of a lost connection by `connection`. Of this thread, since it started. */
export function countDatabaseError(error: unknown): void {
  const { code = '' } = error as { code?: string };
  const told = error instanceof pg.DatabaseError && /^[0-9A-Z]{5}$/.test(code) ? code : 'connection';
  const name = counts.has(told) || counts.size < mostCodes ? told : 'other';
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** How many errors there were, by SQLSTATE. */
export function databaseErrors(): Record<string, number> {
  return Object.fromEntries(counts);
}
