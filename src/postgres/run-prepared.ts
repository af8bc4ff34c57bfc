import { createHash } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import type { Database } from './client.ts';
import { writeStatement } from './write-statement.ts';

/** A connection keeps every statement it has prepared: what is asked in more ways than this is asked unprepared. */
const maxStatements = 500;
const names = new Map<string, string>();

/**
 * Runs a statement that each connection prepares once: the database then neither reads nor, mostly, plans it again, which
 * is most of what a page costs it. For statements with one good plan, whatever their values.
 */
export async function runPrepared<Row>(db: Pick<Database, '_'>, query: SQL): Promise<Row[]> {
  const { sql, params } = writeStatement(query);
  const prepared = db._.session.prepareQuery({ sql, params }, undefined, nameOfStatement(sql), false);
  const { rows } = (await prepared.execute()) as { rows: Row[] };
  return rows;
}

/** The name under which each connection prepares a statement; none for one too many. */
export function nameOfStatement(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= maxStatements) return known;
  const name = createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return name;
}
