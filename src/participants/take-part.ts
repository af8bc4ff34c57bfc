import { type SQL, sql } from 'drizzle-orm';
import { agents } from '../agents/agent.table.ts';
import { type Statement, statement, type Transaction } from '../db/statement.ts';
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
  for (const row of await find(on, { account, ...Object.fromEntries(wanted) })) {
    row.isChanged = false;
    known[row.kind].set(row.key, row);
  }
  return known;
}

type Writes = { insert: Statement<{ id: number; key: string }>; update: Statement<never> };

const array = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`;
/** What a row is written from: a row of v. */
const rows = sql`unnest(${array('ids', 'bigint')}, ${array('keys', 'text')}, ${array('firsts', 'timestamptz')},
  ${array('lasts', 'timestamptz')}, ${array('names', 'text')}, ${array('nameKeys', 'text')}, ${array('sentNames', 'text')},
  ${array('emails', 'text')}) as v(id, key, first_call_at, last_call_at, name, name_key, sent_name, email)`;

const writes = Object.fromEntries(
  participantKeys.map((kind) => {
    const { table, key } = participantKinds[kind];
    const isAgent = table === agents;
    const names = isAgent ? ['name', 'name_key', 'sent_name', 'email'] : kind === 'callGroupName' ? ['name_key'] : [];
    const given = ['first_call_at', 'last_call_at', ...names.filter((name) => name !== key.name)].map(sql.identifier);
    const insert = statement<{ id: number; key: string }>(
      `insert_${kind}`,
      sql`insert into ${table} (account_id, ${sql.identifier(key.name)}, ${sql.join(given, sql`, `)})
        select ${sql.placeholder('account')}::integer, v.key, ${sql.join(
          given.map((name) => sql`v.${name}`),
          sql`, `,
        )}
        from ${rows} returning id, ${sql.identifier(key.name)} as key`,
    );
    const changing = isAgent ? given : given.slice(0, 2);
    const update = statement<never>(
      `update_${kind}`,
      sql`update ${table} as t set ${sql.join(
        changing.map((name) => sql`${name} = v.${name}`),
        sql`, `,
      )}
        from ${rows} where t.id = v.id`,
    );
    return [kind, { insert, update } satisfies Writes];
  }),
) as Record<ParticipantKey, Writes>;

async function write(on: Transaction, account: number, kind: ParticipantKey, known: Known): Promise<void> {
  const changed = [...known.values()].filter(({ isChanged }) => isChanged);
  const added = changed.filter(({ id }) => id === null);
  const { insert, update } = writes[kind];
  const isKeyName = kind === 'callGroupName';
  const [made] = await Promise.all([
    added.length > 0 ? insert(on, { account, ...valuesOf(added, isKeyName) }) : [],
    added.length < changed.length
      ? update(
          on,
          valuesOf(
            changed.filter(({ id }) => id !== null),
            isKeyName,
          ),
        )
      : [],
  ]);
  for (const { id, key } of made) {
    const row = known.get(key);
    if (row) row.id = id;
  }
}

function valuesOf(rows: readonly Participant[], isKeyName: boolean) {
  const names = rows.map(({ key, givenName, name }) => (isKeyName ? key : (givenName ?? name)));
  return {
    ids: rows.map(({ id }) => id),
    keys: rows.map(({ key }) => key),
    firsts: rows.map(({ firstCallAt }) => firstCallAt),
    lasts: rows.map(({ lastCallAt }) => lastCallAt),
    names,
    nameKeys: names.map((name) => name?.toLowerCase() ?? null),
    sentNames: rows.map(({ name }) => name),
    emails: rows.map(({ email }) => email),
  };
}
