import { type ConnectionInfo, requestedFields } from '../../query/requested-fields.ts';
import { type CallColumn, callColumns } from './call-columns.ts';
import { isRelative, type RelativeName, relatives } from './call-relatives.ts';

/** What a page of calls is asked for. */
export type RequestedOfCalls = {
  columns: readonly CallColumn[];
  relatives: readonly RequestedRelative[];
};

/** Of whom a call names, the columns that are asked for. */
export type RequestedRelative = { name: RelativeName; columns: readonly string[] };

const known = new WeakMap<ConnectionInfo['fieldNodes'], RequestedOfCalls>();

/** What of its calls a connection is asked for. */
export function requestedOfCalls(info: ConnectionInfo): RequestedOfCalls {
  const before = known.get(info.fieldNodes);
  if (before) return before;
  const columns = new Set<CallColumn>();
  const named: RequestedRelative[] = [];
  for (const [field, below] of requestedFields(info)) {
    if (isRelative(field)) {
      named.push({ name: field, columns: [...below].filter((name) => name !== 'id' && hasColumn(field, name)) });
      // Whatever else is asked of it begins with its account.
      if (![...below].every((name) => hasColumn(field, name))) columns.add('accountId');
    } else if (Object.hasOwn(callColumns, field)) columns.add(field as CallColumn);
  }
  const asked = { columns: [...columns], relatives: named };
  known.set(info.fieldNodes, asked);
  return asked;
}

const hasColumn = (of: RelativeName, name: string) => Object.hasOwn(relatives[of].columns, name);
