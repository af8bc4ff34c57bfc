import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { noteChange } from '../access/log/note-change.ts';
import { requireScope } from '../access/require-scope.ts';
import { maySee, type Viewer } from '../access/viewer.ts';
import { findAccountOfId } from '../accounts/account-of-id.ts';
import { lockAccount } from '../accounts/lock-account.ts';
import { AppError, badInput } from '../errors.ts';
import { inTransaction, statement } from '../postgres/statement.ts';
import type { IdCodec } from '../query/global-id.ts';
import { readText } from '../query/read-value.ts';
import type { RowKey } from '../query/row-key.ts';
import { agents, campaigns, customers, virtualNumbers } from './participants.table.ts';

const tables = { Agent: agents, Campaign: campaigns, VirtualNumber: virtualNumbers, Customer: customers };

/** Who and what can be given a name here. */
export type NamedType = keyof typeof tables;

const words: Record<NamedType, string> = {
  Agent: 'agent',
  Campaign: 'campaign',
  VirtualNumber: 'virtual number',
  Customer: 'customer',
};
const maxLength = 255;
const allowed = `1 to ${maxLength} characters, or null for no name of your own`;

type Found = { sentName: string | null };

const writes = Object.fromEntries(
  Object.entries(tables).map(([type, table]) => {
    const isAgent = table === agents;
    const [account, id, name, nameKey, given] = ['account', 'id', 'name', 'nameKey', 'given'].map((value) =>
      sql.placeholder(value),
    );
    return [
      type,
      {
        find: statement<Found>(
          `find_named_${type}`,
          sql`select ${isAgent ? sql`sent_name` : sql`null`} as "sentName"
            from ${table} where account_id = ${account} and id = ${id}`,
        ),
        update: statement(
          `name_${type}`,
          sql`update ${table} set name = ${name}, name_key = ${nameKey}
            ${isAgent ? sql`, given_name = ${given}` : sql``}
            where account_id = ${account} and id = ${id}`,
        ),
      },
    ];
  }),
) as Record<NamedType, { find: ReturnType<typeof statement<Found>>; update: ReturnType<typeof statement> }>;

/**
 * Gives somebody or something a name that wins over the provider's; null takes it back. Which row it is, or NOT_FOUND;
 * FORBIDDEN without the scope names:write. Under the account's lock, so that a delivery that writes the same row neither overwrites the name nor is overwritten.
 */
export async function giveName(
  pool: pg.Pool,
  viewer: Viewer,
  type: NamedType,
  input: { id: string; name?: string | null | undefined; ids: IdCodec },
): Promise<RowKey> {
  requireScope(viewer, 'names:write');
  const given = readName(input.name);
  const id = input.ids.rowIdOf(type, input.id);
  const { find, update } = writes[type];
  return inTransaction(pool, async (on) => {
    const account = id === null ? null : await findAccountOfId(on, type, id);
    if (id === null || account === null || !maySee(viewer, account)) {
      throw new AppError('NOT_FOUND', `id: names no ${words[type]}.`, { argument: ['id'] });
    }
    await lockAccount(on, account);
    const [locked] = await find(on, { account, id });
    const name = given ?? locked?.sentName ?? null;
    await update(on, { account, id, name, nameKey: name?.toLowerCase() ?? null, given });
    const what = `name of ${words[type]} ${given === null ? 'taken back' : 'given'}`;
    await noteChange(on, viewer, { what, row: { type, id } });
    return { accountId: account, id };
  });
}

function readName(value: string | null | undefined): string | null {
  if (value === undefined) throw badInput(['name'], 'is left out', allowed);
  if (value === null) return null;
  const name = readText(value, ['name']).trim();
  const length = [...name].length;
  if (length >= 1 && length <= maxLength) return name;
  throw badInput(['name'], `has ${length} characters`, allowed);
}
