import type { GraphQLSchema } from 'graphql';
import type { Account } from '../../accounts/account.table.ts';
import { chooseAccount } from '../../accounts/choose-account.ts';
import type { CallRow } from '../../calls/list/call-columns.ts';
import { streamCalls } from '../../calls/list/stream-calls.ts';
import { type CallExportColumnName, callColumns, requestedFor, usualCallColumns } from '../../exports/call-columns.ts';
import type { Writer } from '../../exports/column.ts';
import { allOf, type Predicate } from '../../query/predicate.ts';
import { type Instant, msOf } from '../../time/instant.ts';
import type { Context, Readers } from '../context.ts';
import type { ExportFormat } from './parameters.ts';
import { readFilter } from './read-filter.ts';
import { badParameter, readParameters, type SentParameters } from './read-parameters.ts';
import { readMoment, readRange, readZone, startedIn } from './read-times.ts';
import { headersOf, writerFor } from './written.ts';

export type CallsExport = {
  pages: AsyncIterable<CallRow[]>;
  writer: Writer<CallRow>;
  headers: Record<string, string>;
};

type Around = {
  schema: GraphQLSchema;
  service: Context['service'];
  accounts: readonly Account[];
  /** The moment of the snapshot. */
  now: Instant;
};

/** The calls that parameters ask for, and how they are written. BAD_USER_INPUT for parameters that cannot be. */
export function exportCalls(
  { db }: Pick<Readers, 'db'>,
  format: ExportFormat,
  sent: SentParameters,
  { schema, service, accounts, now }: Around,
): CallsExport {
  const { ids } = db.seals;
  const read = readParameters('calls', sent);
  const { values } = read;
  const filter = readFilter(schema, 'calls', read, sent);
  const zone = readZone(values, filter, { accounts, ids, service: service.timeZone });
  const names = (values.columns as CallExportColumnName[] | undefined) ?? usualCallColumns;
  const writer = writerFor(format, callColumns(names, ids), values, zone);
  const pages = streamCalls(db, {
    filter,
    region: chooseAccount(accounts, filter, ids)?.region ?? service.region,
    within: allOf(startedIn(readRange(values, { zone, now })), changedSince(values.updatedSince, zone)),
    after: values.after === undefined ? null : readAfter(values.after as string, ids),
    limit: (values.limit as number | undefined) ?? null,
    asked: requestedFor(names),
  });
  const headers = { ...headersOf(format, `calls-${now.slice(0, 10)}`, values), 'x-data-through': now };
  return { pages, writer, headers };
}

function changedSince(text: unknown, zone: string): Predicate {
  if (text === undefined) return { all: [] };
  return { of: 'updatedAt', is: 'gte', value: msOf(readMoment('updatedSince', text as string, zone)) };
}

function readAfter(text: string, ids: Readers['db']['seals']['ids']): number {
  const id = ids.rowIdOf('Call', text);
  if (id !== null) return id;
  throw badParameter(
    'after',
    'is the id of no call',
    'the id in the last row of an export',
    'after=AAAAAAAAAAAAAAAAAAAAAA',
  );
}
