import { sql } from 'drizzle-orm';
import type { Database } from '../../postgres/client.ts';
import { statement, type Transaction } from '../../postgres/statement.ts';
import type { NodeType } from '../../query/global-id.ts';
import { type Instant, instantOf } from '../../time/instant.ts';
import { maskText } from '../masking/mask-text.ts';
import type { Viewer } from '../viewer.ts';
import { accessLog } from './access-log.table.ts';

/** What was changed; never a value that was there before or is now. */
export type Change = {
  /** What was done to what, such as "name of agent given". Names in it are masked like other text. */
  what: string;
  /** The row to which it was done, where that has an id. */
  row?: { type: NodeType; id: number };
};

const insert = statement(
  'note_change',
  sql`insert into ${accessLog} (at, viewer, account_ids, change, changed_type, changed_id)
    values (${sql.placeholder('at')}, ${sql.placeholder('viewer')}, ${sql.placeholder('accountIds')}::integer[],
      ${sql.placeholder('change')}, ${sql.placeholder('changedType')}, ${sql.placeholder('changedId')})`,
);

/** Notes who changed what. In the transaction of the change: there is neither without the other. */
export async function noteChange(
  on: Transaction | Database,
  { name, accounts }: Pick<Viewer, 'name' | 'accounts'>,
  { what, row }: Change,
  at: Instant = instantOf(Date.now()),
): Promise<void> {
  const entry = {
    at,
    viewer: name,
    accountIds: accounts === 'all' ? null : [...accounts],
    change: maskText(what),
    changedType: row?.type ?? null,
    changedId: row?.id ?? null,
  };
  if ('insert' in on) await on.insert(accessLog).values(entry);
  else await insert(on, entry);
}
