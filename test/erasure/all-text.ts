import type { TestApp } from '../support/app.ts';

/** Every row of every table as text, raw bodies too: decoded as UTF-8, and as UTF-16 where it looks so. */
export async function allText({ database }: Pick<TestApp, 'database'>): Promise<string> {
  const { rows: tables } = await database.pool.query<{ name: string }>(
    `select quote_ident(table_schema) || '.' || quote_ident(table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.pool.query<Record<string, unknown>>(`select * from ${name} order by 1, 2`);
    for (const row of rows) {
      // Ids, times and hashes are made here, and would hold digits by chance.
      const texts = Object.values(row).flatMap((value) => textsOf(value));
      lines.push(`${name} ${texts.join(' | ')}`);
    }
  }
  return lines.join('\n');
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (!Buffer.isBuffer(value) || value.length <= 16) return [];
  const text = value.toString('latin1').replaceAll('\0', '');
  return [text, decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25')), text.replaceAll('\\u0039', '9')];
}
