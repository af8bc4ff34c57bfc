import { Column, Param, Placeholder, SQL, StringChunk, sql, Table } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

export type WrittenStatement = { sql: string; params: unknown[] };

const dialect = new PgDialect();
const names = new WeakMap<Column | Table, string>();

/**
 * A statement's text and values, as drizzle writes them. A page's statement is put together anew each time; what such
 * statements are made of is written here in one go, and one that has anything else in it by drizzle.
 */
export function writeStatement(statement: SQL): WrittenStatement {
  const written: WrittenStatement = { sql: '', params: [] };
  return write(statement, written) ? written : dialect.sqlToQuery(statement);
}

/** False where a part is none of those that are known here. */
function write(part: unknown, written: WrittenStatement): boolean {
  if (part instanceof StringChunk) {
    for (const text of part.value) written.sql += text;
    return true;
  }
  if (part instanceof SQL) {
    // Private, yet what inlineParams() sets.
    if ((part as unknown as { shouldInlineParams: boolean }).shouldInlineParams) return false;
    for (const chunk of part.queryChunks) if (!write(chunk, written)) return false;
    return true;
  }
  if (part instanceof Param) {
    const value = part.value === null ? null : part.encoder.mapToDriverValue(part.value);
    return !(value instanceof SQL || value instanceof Placeholder) && writeValue(value, written);
  }
  if (part instanceof Column || part instanceof Table) {
    written.sql += nameOf(part);
    return true;
  }
  return (part === null || (typeof part !== 'object' && part !== undefined)) && writeValue(part, written);
}

function nameOf(part: Column | Table): string {
  const known = names.get(part);
  if (known !== undefined) return known;
  const name = dialect.sqlToQuery(sql`${part}`).sql;
  names.set(part, name);
  return name;
}

function writeValue(value: unknown, written: WrittenStatement): true {
  written.sql += `$${written.params.push(value)}`;
  return true;
}
