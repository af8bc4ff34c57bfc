import { sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';

const noZones = new Set(['localtime', 'Factory', 'posixrules']);

/** The zone names, spelt exactly so, that both the database and this process know. */
export async function loadTimeZoneNames(db: Pick<NodePgDatabase, 'execute'>): Promise<ReadonlySet<string>> {
  const { rows } = await db.execute<{ name: string }>(sql`select name from pg_catalog.pg_timezone_names`);
  return new Set(rows.map(({ name }) => name).filter((name) => isZone(name) && isKnownHere(name)));
}

function isZone(name: string): boolean {
  return !name.startsWith('posix/') && !name.startsWith('right/') && !noZones.has(name);
}

function isKnownHere(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: name }));
  } catch {
    return false;
  }
}
