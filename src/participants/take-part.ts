import { type SQL, sql } from 'drizzle-orm';
import { agents } from '../agents/agent.table.ts';
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
  await Promise.all(participantKeys.map((key) => write(on, accountId, key, known[key])));
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
  if (row.firstCallAt === null || startedAt < row.firstCallAt) {
    row.firstCallAt = startedAt;
    row.isChanged = true;
  }
  if (row.lastCallAt === null || startedAt > row.lastCallAt) {
    row.lastCallAt = startedAt;
    row.isChanged = true;
  }
  if (isOutdated || (key !== 'agentNumber' && key !== 'agentEmail')) return;
  if (part.agentName !== null && part.agentName !== row.name) {
    row.name = part.agentName;
    row.isChanged = true;
  }
  if (part.agentEmail !== null && part.agentEmail !== row.email) {
    row.email = part.agentEmail;
    row.isChanged = true;
  }
}

type FoundRow = Participant & { kind: ParticipantKey };

const find = statement<FoundRow>(
  'find_participants',
  sql.join(
    participantKeys.map((kind) => {
      const { table, key } = participantKinds[kind];
      const isAgent = table === agents;
      const text = (column: SQL) => (isAgent ? column : sql`null::text`);
      // Joined, not `= any(...)`, which would compare each row of a small table with each key.
      return sql`select ${sql.raw(`'${kind}'`)} as kind, id, ${key} as key, ${text(sql`sent_name`)} as name,
        ${text(sql`given_name`)} as "givenName", ${text(sql`email`)} as email,
        first_call_at as "firstCallAt", last_call_at as "lastCallAt"
        from unnest(${sql.placeholder(kind)}::text[]) as wanted(text) join ${table} on ${key} = wanted.text
        and ${table.accountId} = ${sql.placeholder('account')}
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
  for (const row of await find(on, { account, ...Object.fromEntries(wanted) })) {
    row.isChanged = false;
    known[row.kind].set(row.key, row);
  }
  return known;
}

/** How the columns of a row are written: their types, and the values of many rows. */
type Column = { name: string; type: 'bigint' | 'text' | 'timestamptz'; of: (row: Participant) => unknown };

const shownName = ({ givenName, name }: Participant) => givenName ?? name;
const lower = (text: string | null) => text?.toLowerCase() ?? null;
const id: Column = { name: 'id', type: 'bigint', of: (row) => row.id };
const times: Column[] = [
  { name: 'first_call_at', type: 'timestamptz', of: (row) => row.firstCallAt },
  { name: 'last_call_at', type: 'timestamptz', of: (row) => row.lastCallAt },
];
const names: Column[] = [
  { name: 'name', type: 'text', of: shownName },
  { name: 'name_key', type: 'text', of: (row) => lower(shownName(row)) },
  { name: 'sent_name', type: 'text', of: (row) => row.name },
  { name: 'email', type: 'text', of: (row) => row.email },
];
const keyAsName: Column = { name: 'name_key', type: 'text', of: ({ key }) => lower(key) };

const listed = (columns: readonly Column[], prefix = '') =>
  sql.raw(columns.map(({ name }) => `${prefix}${name}`).join(', '));
const unnested = (columns: readonly Column[]) => {
  const arrays = columns.map(({ name, type }) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`);
  return sql`unnest(${sql.join(arrays, sql`, `)}) as v(${listed(columns)})`;
};
const valuesOf = (columns: readonly Column[], rows: readonly Participant[]) =>
  Object.fromEntries(columns.map(({ name, of }) => [name, rows.map(of)]));

const writes = Object.fromEntries(
  participantKeys.map((kind) => {
    const { table, key: keyColumn } = participantKinds[kind];
    const key: Column = { name: keyColumn.name, type: 'text', of: (row) => row.key };
    const named = table === agents ? names.filter(({ name }) => name !== key.name) : [];
    const added = [key, ...times, ...named, ...(kind === 'callGroupName' ? [keyAsName] : [])];
    const changed = [id, ...times, ...named];
    const insert = statement<{ id: number; key: string }>(
      `insert_${kind}`,
      sql`insert into ${table} (account_id, ${listed(added)})
        select ${sql.placeholder('account')}::integer, ${listed(added, 'v.')} from ${unnested(added)}
        returning id, ${listed([key])} as key`,
    );
    const set = sql.raw(
      changed
        .map(({ name }) => `${name} = v.${name}`)
        .slice(1)
        .join(', '),
    );
    const update = statement<never>(
      `update_${kind}`,
      sql`update ${table} as t set ${set} from ${unnested(changed)} where t.id = v.id`,
    );
    return [
      kind,
      {
        insert: (on: Transaction, account: number, rows: readonly Participant[]) =>
          insert(on, { account, ...valuesOf(added, rows) }),
        update: (on: Transaction, rows: readonly Participant[]) => update(on, valuesOf(changed, rows)),
      },
    ];
  }),
) as Record<ParticipantKey, Writes>;

type Writes = {
  insert: (on: Transaction, account: number, rows: readonly Participant[]) => Promise<{ id: number; key: string }[]>;
  update: (on: Transaction, rows: readonly Participant[]) => Promise<never[]>;
};

async function write(on: Transaction, account: number, kind: ParticipantKey, known: Known): Promise<void> {
  const rows = [...known.values()].filter(({ isChanged }) => isChanged);
  const added = rows.filter(({ id }) => id === null);
  const changed = rows.filter(({ id }) => id !== null);
  const { insert, update } = writes[kind];
  const [made] = await Promise.all([
    added.length > 0 ? insert(on, account, added) : [],
    changed.length > 0 ? update(on, changed) : [],
  ]);
  for (const { id, key } of made) {
    const row = known.get(key);
    if (row) row.id = id;
  }
}
