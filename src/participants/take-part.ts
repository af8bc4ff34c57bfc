import { type SQL, sql } from 'drizzle-orm';
import { agents } from '../agents/agent.table.ts';
import { batchInsert } from '../db/batch-insert.ts';
import { statement, type Transaction } from '../db/statement.ts';
import type { Instant } from '../time/instant.ts';
import { type ParticipantColumn, type ParticipantKey, participantKeys, participantKinds } from './participant-kinds.ts';

/** Who and what took part in one call, by their keys, when it began, and what was sent of the agent. */
export type Part = {
  keys: Readonly<Partial<Record<ParticipantKey, string | null>>>;
  startedAt: Instant;
  agentName: string | null;
  agentEmail: string | null;
  /** Received long ago and read again: names an agent only if no later call is known to have. */
  isOld?: boolean;
};

export type ParticipantIds = Record<ParticipantColumn, number | null>;

/** A row of a participant, as it is and as it will be. */
type Participant = {
  id: number | null;
  key: string;
  /** As sent last. */
  name: string | null;
  /** Given here: what is shown in its place. */
  givenName: string | null;
  email: string | null;
  firstCallAt: Instant | null;
  lastCallAt: Instant | null;
  isChanged: boolean;
};

type Known = Map<string, Participant>;

/**
 * The ids of who and what took part in calls of one account, made where they are new. Their first and last calls are
 * widened, and agents get the names sent last. The caller holds the account's lock: nobody else writes these rows.
 */
export async function takePart(on: Transaction, accountId: number, parts: readonly Part[]): Promise<ParticipantIds[]> {
  const known = await findParticipants(on, accountId, parts);
  for (const part of parts) {
    for (const key of participantKeys) {
      const text = part.keys[key];
      if (text != null) update(known[key], text, part, key);
    }
  }
  for (const key of participantKeys) await write(on, accountId, key, known[key]);
  return parts.map(({ keys }) => {
    const idOf = (key: ParticipantKey) => known[key].get(keys[key] ?? '')?.id ?? null;
    return {
      agentId: idOf('agentNumber') ?? idOf('agentEmail'),
      campaignId: idOf('campaignCode'),
      callGroupId: idOf('callGroupName'),
      virtualNumberId: idOf('virtualNumber'),
      customerId: idOf('customer'),
    };
  });
}

function update(known: Known, text: string, part: Part, key: ParticipantKey): void {
  let row = known.get(text);
  if (!row) {
    row = {
      id: null,
      key: text,
      name: null,
      givenName: null,
      email: null,
      firstCallAt: null,
      lastCallAt: null,
      isChanged: true,
    };
    known.set(text, row);
  }
  const { startedAt } = part;
  const isOutdated = part.isOld && row.name !== null && row.lastCallAt !== null && startedAt < row.lastCallAt;
  if (row.firstCallAt === null || startedAt < row.firstCallAt) change(row, { firstCallAt: startedAt });
  if (row.lastCallAt === null || startedAt > row.lastCallAt) change(row, { lastCallAt: startedAt });
  if (isOutdated || (key !== 'agentNumber' && key !== 'agentEmail')) return;
  if (part.agentName !== null && part.agentName !== row.name) change(row, { name: part.agentName });
  if (part.agentEmail !== null && part.agentEmail !== row.email) change(row, { email: part.agentEmail });
}

function change(row: Participant, to: Partial<Participant>): void {
  Object.assign(row, to, { isChanged: true });
}

type FoundRow = Omit<Participant, 'isChanged'> & { kind: ParticipantKey };

const find = statement<FoundRow>(
  'find_participants',
  sql.join(
    participantKeys.map((kind) => {
      const { table, key } = participantKinds[kind];
      const isAgent = table === agents;
      const text = (column: SQL) => (isAgent ? column : sql`null::text`);
      return sql`select ${sql.raw(`'${kind}'`)} as kind, id, ${key} as key, ${text(sql`sent_name`)} as name,
        ${text(sql`given_name`)} as "givenName",
        ${text(sql`email`)} as email, first_call_at as "firstCallAt", last_call_at as "lastCallAt"
        from ${table} where ${table.accountId} = ${sql.placeholder('account')}
        and ${key} = any(${sql.placeholder(kind)}::text[])
        ${kind === 'agentEmail' ? sql`and ${agents.number} is null` : sql``}`;
    }),
    sql` union all `,
  ),
);

async function findParticipants(
  on: Transaction,
  account: number,
  parts: readonly Part[],
): Promise<Record<ParticipantKey, Known>> {
  const wanted = participantKeys.map((kind) => {
    const keys = new Set(parts.map(({ keys }) => keys[kind]).filter((key) => key != null));
    return [kind, [...keys]] as const;
  });
  const known = Object.fromEntries(participantKeys.map((kind) => [kind, new Map()])) as Record<ParticipantKey, Known>;
  for (const { kind, ...row } of await find(on, { account, ...Object.fromEntries(wanted) })) {
    known[kind].set(row.key, { ...row, isChanged: false });
  }
  return known;
}

const shownName = ({ givenName, name }: Participant) => givenName ?? name;

type Writes = {
  insert: (on: Transaction, rows: readonly Record<string, unknown>[]) => Promise<{ id: number; key: string }[]>;
  update: ReturnType<typeof statement>;
};

const writes = Object.fromEntries(
  participantKeys.map((kind) => {
    const { table, key, keyName } = participantKinds[kind];
    const isAgent = table === agents;
    const named = isAgent ? ['name', 'nameKey', 'sentName'] : kind === 'callGroupName' ? ['name', 'nameKey'] : [];
    const columns = [
      ...new Set(['accountId', keyName, ...named, ...(isAgent ? ['email'] : []), 'firstCallAt', 'lastCallAt']),
    ];
    const insert = batchInsert({ name: `insert_${kind}`, table, columns, returning: { id: table.id, key } });
    const array = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`;
    const names = isAgent
      ? sql`name = v.name, name_key = v.name_key, sent_name = v.sent_name, email = v.email,`
      : sql``;
    const update = statement(
      `update_${kind}`,
      sql`update ${table} as t set ${names} first_call_at = v.first, last_call_at = v.last
        from unnest(${array('ids', 'bigint')}, ${array('firsts', 'timestamptz')}, ${array('lasts', 'timestamptz')},
          ${array('names', 'text')}, ${array('nameKeys', 'text')}, ${array('sentNames', 'text')}, ${array('emails', 'text')}
        ) as v(id, first, last, name, name_key, sent_name, email) where t.id = v.id`,
    );
    return [kind, { insert, update } as Writes];
  }),
) as Record<ParticipantKey, Writes>;

async function write(on: Transaction, accountId: number, kind: ParticipantKey, known: Known): Promise<void> {
  const rows = [...known.values()].filter(({ isChanged }) => isChanged);
  const { keyName } = participantKinds[kind];
  const keyOf = (name: string | null) => name?.toLowerCase() ?? null;
  const added = rows.filter(({ id }) => id === null).sort((a, b) => (a.key < b.key ? -1 : 1));
  const changed = rows.filter(({ id }) => id !== null);
  if (added.length > 0) {
    const values = added.map(({ key, name, email, firstCallAt, lastCallAt }) => {
      const shown = kind === 'callGroupName' ? key : name;
      return {
        accountId,
        email,
        firstCallAt,
        lastCallAt,
        name: shown,
        nameKey: keyOf(shown),
        sentName: name,
        [keyName]: key,
      };
    });
    for (const { id, key } of await writes[kind].insert(on, values)) {
      const row = known.get(key);
      if (row) row.id = id;
    }
  }
  if (changed.length === 0) return;
  await writes[kind].update(on, {
    ids: changed.map(({ id }) => id),
    firsts: changed.map(({ firstCallAt }) => firstCallAt),
    lasts: changed.map(({ lastCallAt }) => lastCallAt),
    names: changed.map(shownName),
    nameKeys: changed.map((row) => keyOf(shownName(row))),
    sentNames: changed.map(({ name }) => name),
    emails: changed.map(({ email }) => email),
  });
}
