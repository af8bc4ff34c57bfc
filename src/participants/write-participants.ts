import { sql } from 'drizzle-orm';
import { calls } from '../calls/call.table.ts';
import { insertRows } from '../postgres/rows/insert-rows.ts';
import { type Statement, statement, type Transaction } from '../postgres/statement.ts';
import {
  type Participant,
  type ParticipantColumn,
  type ParticipantKey,
  type ParticipantTable,
  participantKeys,
  participantKinds,
} from './participant-kinds.ts';
import { agents, callGroups } from './participants.table.ts';

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
  /** Writes the times of calls. */
  move: (on: Transaction, account: number, rows: readonly Participant[]) => Promise<unknown>;
  /** As move, with an agent's names and e-mail address. */
  rename: (on: Transaction, account: number, rows: readonly Participant[]) => Promise<unknown>;
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
  const { insert, move, rename } = writes[kind];
  const moved = changed.filter(({ isRenamed }) => !isRenamed);
  const renamed = changed.filter(({ isRenamed }) => isRenamed);
  return [
    ...(added.length > 0 ? [insert(on, account, added)] : []),
    ...(moved.length > 0 ? [move(on, account, moved)] : []),
    ...(renamed.length > 0 ? [rename(on, account, renamed)] : []),
  ];
}

function writesOf(kind: ParticipantKey): Writes {
  const { table, keyName } = participantKinds[kind];
  const isAgent = table === agents;
  const write = insertRows(table, [
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

  return {
    insert: (on, account, rows) =>
      write(
        on,
        rows.map((row) => rowOf(account, row)),
      ),
    move: updateOf(`move_${kind}`, table, times),
    rename: updateOf(`rename_${kind}`, table, [...times, ...names.filter(({ name }) => isAgent && name !== keyName)]),
  };
}

/** The statement that writes these columns of known rows. */
function updateOf(name: string, table: ParticipantTable, written: readonly Column[]): Writes['move'] {
  const columns = [id, ...written];
  const set = written.map(({ name }) => `${name} = v.${name}`);
  const arrays = columns.map(({ name, type }) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`);
  const update = statement<never>(
    name,
    // The ids a second time: a plan that joins would read all rows of a table that it takes for small.
    sql`update ${table} as t set ${sql.raw(set.join(', '))}
      from unnest(${sql.join(arrays, sql`, `)}) as v(${sql.raw(columns.map(({ name }) => name).join(', '))})
      where t.account_id = ${sql.placeholder('account')} and t.id = v.id and t.id = any(${sql.placeholder(id.name)}::bigint[])`,
  );
  return (on, account, rows) =>
    update(on, { account, ...Object.fromEntries(columns.map(({ name, of }) => [name, rows.map(of)])) });
}

const recounts = Object.fromEntries(
  Object.values(participantKinds).map(({ column, callColumn, table }) => {
    // One look into an index for each end: a number of the account may have a million calls.
    const end = (which: 'min' | 'max') =>
      sql`(select ${sql.raw(which)}(${calls.startedAt}) from ${calls} where ${calls.accountId} = ${sql.placeholder('account')} and ${callColumn} = t.id)`;
    return [
      column,
      statement(
        `recount_${column}`,
        sql`update ${table} as t set first_call_at = ${end('min')}, last_call_at = ${end('max')}
          where t.account_id = ${sql.placeholder('account')} and t.id = any(${sql.placeholder('ids')}::bigint[])`,
      ),
    ];
  }),
) as Record<ParticipantColumn, Statement<never>>;

/** Sends what works firstCallAt and lastCallAt out anew, for rows that may have lost their first or last call. */
export function recountCallTimes(
  on: Transaction,
  account: number,
  lost: Readonly<Record<ParticipantColumn, ReadonlySet<number>>>,
): Promise<unknown>[] {
  return Object.entries(lost).flatMap(([column, ids]) =>
    ids.size > 0 ? [recounts[column as ParticipantColumn](on, { account, ids: [...ids] })] : [],
  );
}
