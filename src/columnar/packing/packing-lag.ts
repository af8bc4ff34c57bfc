import { sql } from 'drizzle-orm';
import { accounts } from '../../accounts/account.table.ts';
import { calls } from '../../calls/call.table.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import { callChunkMarks } from '../store/call-chunk.table.ts';

const findLag = statement<{ seconds: number | null }>(
  'find_packing_lag',
  sql`select extract(epoch from clock_timestamp() - min(later.at))::float8 as "seconds"
    from ${accounts} as a left join ${callChunkMarks} as m on m.account_id = a.id
    cross join lateral (
      select c.updated_at as at from ${calls} as c
      where c.account_id = a.id and c.updated_at > coalesce(m.packed_through, '-infinity')
      order by c.updated_at, c.id limit 1
    ) as later`,
);

/** For how many seconds the oldest change that is not packed yet has been there; 0: all is packed. */
export async function packingLag(on: Transaction): Promise<number> {
  const [row] = await findLag(on, {});
  return Math.max(0, row?.seconds ?? 0);
}
