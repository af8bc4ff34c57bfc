import type { Loaders } from '../graphql/loaders.ts';
import { askedFields, type ConnectionInfo } from '../paging/asked-fields.ts';
import type { CallRow } from './call-columns.ts';

/** The rows that a call names, by the fields that show them. */
const relatives = {
  account: { column: 'accountId', loader: 'accounts' },
  customer: { column: 'customerId', loader: 'customers' },
  agent: { column: 'agentId', loader: 'agents' },
  virtualNumber: { column: 'virtualNumberId', loader: 'virtualNumbers' },
  callGroup: { column: 'callGroupId', loader: 'callGroups' },
  campaign: { column: 'campaignId', loader: 'campaigns' },
} as const;
type Relative = keyof typeof relatives;

const isRelative = (field: string): field is Relative => Object.hasOwn(relatives, field);

/** The columns that a field of a call is made of. */
const columnOf = (field: string): keyof CallRow =>
  isRelative(field) ? relatives[field].column : (field as keyof CallRow);

/** What a page of calls is asked for. */
export type AskedOfCalls = {
  columns: readonly (keyof CallRow)[];
  /** Reads all that the calls name and are asked for, each kind at once. */
  prepare: (calls: readonly CallRow[]) => Promise<void>;
};

/** What of its calls a connection is asked for. */
export function askedOfCalls(info: ConnectionInfo, loaders: Loaders): AskedOfCalls {
  const asked = [...askedFields(info)];
  const named = asked.filter(isRelative);
  return {
    columns: asked.map(columnOf),
    prepare: async (calls) => {
      await Promise.all(
        named.map((field) => {
          const { column, loader } = relatives[field];
          return loaders[loader].fetch(calls.map((call) => call[column]));
        }),
      );
    },
  };
}
