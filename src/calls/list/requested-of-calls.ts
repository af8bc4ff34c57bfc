import { type ConnectionInfo, requestedFields } from '../../query/requested-fields.ts';
import { type CallColumn, callColumns } from './call-columns.ts';
import { type RelativeName, relatives } from './call-relatives.ts';

/** What a page of calls is asked for: columns of calls, and of whom they name. */
export type RequestedOfCalls = {
  columns: readonly CallColumn[];
  relatives: readonly { name: RelativeName; columns: readonly string[] }[];
};

const known = new WeakMap<ConnectionInfo['fieldNodes'], RequestedOfCalls>();

/** What of its calls a connection is asked for. */
export function requestedOfCalls(info: ConnectionInfo): RequestedOfCalls {
  const before = known.get(info.fieldNodes);
  if (before) return before;
  const requested = requestedFields(info);
  const asked = {
    columns: namesOf(callColumns).filter((name) => requested.has(name)),
    relatives: namesOf(relatives).flatMap((name) => {
      const below = requested.get(name);
      return below ? [{ name, columns: columnsOf(name, below) }] : [];
    }),
  };
  known.set(info.fieldNodes, asked);
  return asked;
}

/** What of a relative is asked for beside its id: its account too, with which whatever has no column begins. */
function columnsOf(name: RelativeName, requested: ReadonlySet<string>): string[] {
  const { columns } = relatives[name];
  const isMore = [...requested].some((field) => !Object.hasOwn(columns, field));
  return namesOf(columns)
    .filter((column) => requested.has(column) || (isMore && column === 'accountId'))
    .filter((column) => column !== 'id');
}

const namesOf = <Name extends string>(of: Readonly<Record<Name, unknown>>) => Object.keys(of) as Name[];
