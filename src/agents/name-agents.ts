import { sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { agents } from './agent.table.ts';

/** Gives agents the name and e-mail address that came with their latest calls, in that order; a blank changes nothing. */
export async function nameAgents(
  db: Database,
  sent: readonly { id: number | null; name: string | null; email: string | null }[],
): Promise<void> {
  const latest = new Map<number, { name: string | null; email: string | null }>();
  for (const { id, name, email } of sent) {
    if (id === null) continue;
    const known = latest.get(id);
    latest.set(id, { name: name ?? known?.name ?? null, email: email ?? known?.email ?? null });
  }
  const named = [...latest].filter(([, { name, email }]) => name !== null || email !== null).sort(([a], [b]) => a - b);
  if (named.length === 0) return;
  const ids = sql.param(named.map(([id]) => id));
  const names = sql.param(named.map(([, { name }]) => name));
  const keys = sql.param(named.map(([, { name }]) => name?.toLowerCase() ?? null));
  const emails = sql.param(named.map(([, { email }]) => email));
  await db.execute(sql`
    with sent as (
      select * from unnest(${ids}::bigint[], ${names}::text[], ${keys}::text[], ${emails}::text[]) as s(id, name, name_key, email)
    ), locked as (
      select t.id from ${agents} as t join sent on sent.id = t.id
      where coalesce(sent.name, t.name) is distinct from t.name or coalesce(sent.email, t.email) is distinct from t.email
      order by t.id for no key update of t
    )
    update ${agents} as t set name = coalesce(sent.name, t.name), name_key = coalesce(sent.name_key, t.name_key),
      email = coalesce(sent.email, t.email)
    from locked join sent on sent.id = locked.id where t.id = locked.id`);
}
