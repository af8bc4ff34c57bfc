import pg from 'pg';
import { type Instant, instantOf } from '../../src/time/instant.ts';

async function first<Row>(url: string, text: string, values: unknown[] = []): Promise<Row> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(text, values);
    return rows[0] as Row;
  } finally {
    await client.end();
  }
}

/** From the start of the call that is so many before the newest. */
export async function spanOfCalls(url: string, count: number): Promise<{ from: Instant; to: Instant }> {
  const ms = '(extract(epoch from started_at) * 1000)::float8 as ms';
  const newest = await first<{ ms: number }>(url, `select ${ms} from calls order by started_at desc limit 1`);
  const oldest = await first<{ ms: number }>(
    url,
    `select ${ms} from calls order by started_at desc offset $1 limit 1`,
    [count - 1],
  );
  return { from: instantOf(oldest.ms), to: instantOf(newest.ms + 1) };
}

/** What a call takes on disk: its row, its indexes, and its place in a chunk. */
export function bytesPerCall(url: string): Promise<{ rows: number; indexes: number; chunks: number }> {
  return first(
    url,
    `select pg_table_size('calls') / n as rows, pg_indexes_size('calls') / n as indexes,
       pg_total_relation_size('call_chunks') / n as chunks
     from (select sum(call_count)::float8 as n from call_chunks) as packed`,
  );
}
