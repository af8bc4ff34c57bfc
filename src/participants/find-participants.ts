import { type SQL, sql } from 'drizzle-orm';
import { statement, type Transaction } from '../postgres/statement.ts';
import {
  type Participant,
  type ParticipantKey,
  type ParticipantKeys,
  participantKeys,
  participantKinds,
} from './participant-kinds.ts';
import { agents } from './participants.table.ts';

/** What an account has of the participants that were looked up: of each kind by key; null where there is none. */
export type Found = Record<ParticipantKey, Map<string, Participant | null>>;

type FoundRow = Participant & { kind: ParticipantKey };

const find = statement<FoundRow>(
  'find_participants',
  sql.join(
    participantKeys.map((kind) => {
      const { table, key } = participantKinds[kind];
      const isAgent = table === agents;
      const text = (column: SQL) => (isAgent ? column : sql`null::text`);
      return sql`select ${sql.raw(`'${kind}'`)} as kind, id, ${key} as key, ${text(sql`sent_name`)} as name,
        ${text(sql`given_name`)} as "givenName", ${text(sql`email`)} as email,
        first_call_at as "firstCallAt", last_call_at as "lastCallAt"
        from ${table} where ${table.accountId} = ${sql.placeholder('account')}
        and ${key} = any(${sql.placeholder(kind)}::text[])
        ${kind === 'agentEmail' ? sql`and ${agents.number} is null` : sql``}`;
    }),
    sql` union all `,
  ),
);

export function nothingFound(): Found {
  return Object.fromEntries(participantKeys.map((kind) => [kind, new Map()])) as Found;
}

/** Looks up those with these keys that were not looked up yet. */
export async function findParticipants(
  on: Transaction,
  account: number,
  wanted: readonly ParticipantKeys[],
  found: Found = nothingFound(),
): Promise<Found> {
  let isAsking = false;
  const asked = participantKeys.map((kind) => {
    const known = found[kind];
    const keys = new Set<string>();
    for (const { [kind]: key } of wanted) if (key != null && !known.has(key)) keys.add(key);
    isAsking ||= keys.size > 0;
    return [kind, [...keys]] as const;
  });
  if (!isAsking) return found;
  const rows = await find(on, { account, ...Object.fromEntries(asked) });
  for (const [kind, keys] of asked) for (const key of keys) found[kind].set(key, null);
  for (const row of rows) {
    row.isChanged = false;
    row.isRenamed = false;
    found[row.kind].set(row.key, row);
  }
  return found;
}
