import { getTableName, type SQL, sql } from 'drizzle-orm';
import type { Ids } from '../postgres/id-blocks.ts';
import { statement, type Transaction } from '../postgres/statement.ts';
import type { Instant } from '../time/instant.ts';
import {
  type Participant,
  type ParticipantColumn,
  type ParticipantKey,
  type ParticipantKeys,
  participantKeys,
  participantKinds,
} from './participant-kinds.ts';
import { agents } from './participants.table.ts';
import { writeParticipants } from './write-participants.ts';

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

/** Who and what took part in one call, by their keys, when it began, and what was sent of the agent. */
export type Part = {
  keys: ParticipantKeys;
  startedAt: Instant;
  agentName: string | null;
  agentEmail: string | null;
  /** Received long ago and read again: names an agent only if no later call is known to have. */
  isOld?: boolean;
};

export type ParticipantIds = Record<ParticipantColumn, number | null>;

export type UpsertedParticipants = {
  /** Of each part. */
  ids: ParticipantIds[];
  /** Sends the statements that make those that are new, and write what has changed. */
  write: () => Promise<unknown>[];
};

/**
 * The ids of who and what took part in calls of one account, also of those who are still to be made. Their first and last
 * calls are widened, and agents get the names sent last. The caller holds the account's lock: nobody else writes these
 * rows. `found`: those that were looked up under that lock.
 */
export async function upsertParticipants(
  on: Transaction,
  accountId: number,
  parts: readonly Part[],
  { ids, found }: { ids: Ids; found?: Found | undefined },
): Promise<UpsertedParticipants> {
  const keys = parts.map((part) => part.keys);
  const known = await findParticipants(on, accountId, keys, found);
  for (const part of parts) {
    for (const kind of participantKeys) {
      const key = part.keys[kind];
      if (key != null) update(known[kind], key, part, kind);
    }
  }
  const changes = participantKeys.map((kind) => ({ kind, ...changesOf(kind, known[kind], ids) }));
  return {
    ids: keys.map((of) => idsOf(of, known)),
    write: () => changes.flatMap(({ kind, ...rows }) => writeParticipants(on, accountId, kind, rows)),
  };
}

function idsOf(keys: ParticipantKeys, known: Found): ParticipantIds {
  const idOf = (kind: ParticipantKey) => known[kind].get(keys[kind] ?? '')?.id ?? null;
  return {
    agentId: idOf('agentNumber') ?? idOf('agentEmail'),
    campaignId: idOf('campaignCode'),
    callGroupId: idOf('callGroupName'),
    virtualNumberId: idOf('virtualNumber'),
    customerId: idOf('customer'),
  };
}

function update(known: Found[ParticipantKey], key: string, part: Part, kind: ParticipantKey): void {
  let row = known.get(key);
  if (!row) {
    row = made(key);
    known.set(key, row);
  }
  const { startedAt } = part;
  const isOutdated = part.isOld && row.name !== null && row.lastCallAt !== null && startedAt < row.lastCallAt;
  if (row.firstCallAt === null || startedAt < row.firstCallAt) {
    row.firstCallAt = startedAt;
    row.isChanged = true;
  }
  if (row.lastCallAt === null || startedAt > row.lastCallAt) {
    row.lastCallAt = startedAt;
    row.isChanged = true;
  }
  if (isOutdated || (kind !== 'agentNumber' && kind !== 'agentEmail')) return;
  if (part.agentName !== null && part.agentName !== row.name) {
    row.name = part.agentName;
    row.isChanged = true;
    row.isRenamed = true;
  }
  if (part.agentEmail !== null && part.agentEmail !== row.email) {
    row.email = part.agentEmail;
    row.isChanged = true;
    row.isRenamed = true;
  }
}

function made(key: string): Participant {
  return {
    id: null,
    key,
    name: null,
    givenName: null,
    email: null,
    firstCallAt: null,
    lastCallAt: null,
    isChanged: true,
    isRenamed: true,
  };
}

type Changes = { added: Participant[]; changed: Participant[] };

function changesOf(kind: ParticipantKey, known: Found[ParticipantKey], ids: Ids): Changes {
  const rows: Participant[] = [];
  for (const row of known.values()) if (row?.isChanged) rows.push(row);
  const added = rows.filter(({ id }) => id === null);
  const changed = rows.filter(({ id }) => id !== null);
  const given = ids.take(getTableName(participantKinds[kind].table), added.length);
  for (const [i, row] of added.entries()) row.id = given[i] as number;
  return { added, changed };
}
