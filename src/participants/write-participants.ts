import { sql } from 'drizzle-orm';
import { agents } from '../agents/agent.table.ts';
import { callGroups } from '../call-groups/call-group.table.ts';
import { copyRows } from '../db/copy-rows.ts';
import { statement, type Transaction } from '../db/statement.ts';
import type { Participant } from './participant.ts';
import { type ParticipantKey, participantKeys, participantKinds } from './participant-kinds.ts';

/** How a column is written: its type, and the value of a row. */
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

type Writes = {
  insert: (on: Transaction, account: number, rows: readonly Participant[]) => Promise<unknown>;
  update: (on: Transaction, rows: readonly Participant[]) => Promise<unknown>;
};

const writes = Object.fromEntries(participantKeys.map((kind) => [kind, writesOf(kind)])) as Record<
  ParticipantKey,
  Writes
>;

/** Sends the statements that write participants of one kind: those that are new, with ids taken for them, and changes. */
export function writeParticipants(
  on: Transaction,
  account: number,
  kind: ParticipantKey,
  { added, changed }: { added: readonly Participant[]; changed: readonly Participant[] },
): Promise<unknown>[] {
  const { insert, update } = writes[kind];
  return [
    ...(added.length > 0 ? [insert(on, account, added)] : []),
    ...(changed.length > 0 ? [update(on, changed)] : []),
  ];
}

function writesOf(kind: ParticipantKey): Writes {
  const { table, keyName } = participantKinds[kind];
  const isAgent = table === agents;
  const copy = copyRows(table, [
    'id',
    'accountId',
    'firstCallAt',
    'lastCallAt',
    keyName,
    ...(isAgent ? ['name', 'nameKey', 'sentName'] : []),
    ...(isAgent && keyName !== 'email' ? ['email'] : []),
    ...(table === callGroups ? ['nameKey'] : []),
  ]);
  const rowOf = (accountId: number, row: Participant) => {
    const { id, key, firstCallAt, lastCallAt, email } = row;
    const name = isAgent ? shownName(row) : key;
    return {
      id,
      accountId,
      firstCallAt,
      lastCallAt,
      name,
      nameKey: lower(name),
      sentName: row.name,
      email,
      [keyName]: key,
    };
  };

  const changed = [id, ...times, ...(isAgent ? names.filter(({ name }) => name !== keyName) : [])];
  const set = changed.slice(1).map(({ name }) => `${name} = v.${name}`);
  const arrays = changed.map(({ name, type }) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`);
  const update = statement<never>(
    `update_${kind}`,
    // The ids a second time: a plan that joins would read all rows of a table that it takes for small.
    sql`update ${table} as t set ${sql.raw(set.join(', '))}
      from unnest(${sql.join(arrays, sql`, `)}) as v(${sql.raw(changed.map(({ name }) => name).join(', '))})
      where t.id = v.id and t.id = any(${sql.placeholder(id.name)}::bigint[])`,
  );
  return {
    insert: (on, account, rows) =>
      copy(
        on,
        rows.map((row) => rowOf(account, row)),
      ),
    update: (on, rows) => update(on, Object.fromEntries(changed.map(({ name, of }) => [name, rows.map(of)]))),
  };
}
