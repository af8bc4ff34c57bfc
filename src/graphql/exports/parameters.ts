import { callColumnNames, usualCallColumns } from '../../exports/call-columns.ts';
import type { CalendarPeriod, CallDimension, TimeInterval } from '../generated/inputs.ts';

/** What is exported: a table, by the last part of its address. */
export type ExportTable = 'calls' | 'metrics';

/** In what form, by the ending of the address. */
export const exportFormats = {
  calls: ['csv', 'ndjson', 'json', 'parquet'],
  metrics: ['csv', 'json'],
} as const satisfies Record<ExportTable, readonly string[]>;
export type ExportFormat = (typeof exportFormats)['calls'][number];

export const mediaTypes: Record<ExportFormat, string> = {
  csv: 'text/csv',
  ndjson: 'application/x-ndjson',
  json: 'application/json',
  parquet: 'application/vnd.apache.parquet',
};

/** What a value of a parameter is. `oneOf`: words; a list has several, separated by commas. */
export type ParameterKind =
  | { is: 'text' }
  | { is: 'boolean' }
  | { is: 'integer'; from: number; to: number }
  | { is: 'word'; oneOf: readonly string[] }
  | { is: 'words'; oneOf: readonly string[] }
  | { is: 'texts' }
  | { is: 'filter' };

export type Parameter = {
  of: readonly ExportTable[];
  kind: ParameterKind;
  about: string;
  example: string;
  /** What it is where it is left out. */
  otherwise?: string | boolean | number;
};

export const intervals = [
  'QUARTER_HOUR',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
] as const satisfies readonly TimeInterval[];
export const dimensions = [
  'ACCOUNT',
  'AGENT',
  'CAMPAIGN',
  'CALL_GROUP',
  'VIRTUAL_NUMBER',
  'CUSTOMER',
  'DIRECTION',
  'DISPOSITION',
  'HOUR_OF_DAY',
  'DAY_OF_WEEK',
] as const satisfies readonly CallDimension[];
const periods = [
  'TODAY',
  'YESTERDAY',
  'THIS_WEEK',
  'LAST_WEEK',
  'THIS_MONTH',
  'LAST_MONTH',
  'THIS_QUARTER',
  'LAST_QUARTER',
  'THIS_YEAR',
  'LAST_YEAR',
] as const satisfies readonly CalendarPeriod[];

const both = ['calls', 'metrics'] as const;
const calls = ['calls'] as const;
const metrics = ['metrics'] as const;

/** The parameters that are no fields of CallFilter, which are parameters too. */
export const parameters = {
  from: {
    of: both,
    kind: { is: 'text' },
    about: 'Calls that started at this instant or later; of a date: from its local midnight.',
    example: '2026-11-01',
  },
  to: {
    of: both,
    kind: { is: 'text' },
    about: 'Calls that started before this instant; of a date: before its local midnight. Left out: until now.',
    example: '2026-11-08T00:00:00+05:30',
  },
  last: {
    of: both,
    kind: { is: 'text' },
    about: 'Calls of so long until now, as an ISO 8601 duration; in place of from and to.',
    example: 'P7D',
  },
  calendar: {
    of: both,
    kind: { is: 'word', oneOf: periods },
    about: 'Calls of a whole period of the local calendar; in place of from and to.',
    example: 'LAST_MONTH',
  },
  timeZone: {
    of: both,
    kind: { is: 'text' },
    about:
      'Whose midnights, days and hours are meant. Left out: that of the account, if calls of one alone may be asked for; else that of the service.',
    example: 'Asia/Kolkata',
  },
  weekStartsOn: {
    of: both,
    kind: { is: 'integer', from: 1, to: 7 },
    about: 'The first day of a week: Monday = 1 to Sunday = 7.',
    example: '1',
    otherwise: 1,
  },
  filter: {
    of: both,
    kind: { is: 'filter' },
    about: 'A CallFilter as JSON, for whatever single parameters cannot say.',
    example: '{"or":[{"outcome":{"eq":"MISSED"}},{"waitSeconds":{"gt":60}}]}',
  },
  columns: {
    of: calls,
    kind: { is: 'words', oneOf: callColumnNames },
    about: `Which columns, in which order. Left out: ${usualCallColumns.length} of the ${callColumnNames.length}.`,
    example: 'id,startedAt,outcome,talkSeconds',
  },
  updatedSince: {
    of: calls,
    kind: { is: 'text' },
    about: 'Only calls of which anything changed here at this instant or later.',
    example: '2026-11-01T09:30:00Z',
  },
  after: {
    of: calls,
    kind: { is: 'text' },
    about: 'Only what comes after the call with this id: the last row of an export that broke off.',
    example: 'AAAAAAAAAAAAAAAAAAAAAA',
  },
  limit: {
    of: calls,
    kind: { is: 'integer', from: 1, to: 1_000_000_000 },
    about: 'At most so many rows. Left out: all.',
    example: '1000',
  },
  interval: {
    of: metrics,
    kind: { is: 'word', oneOf: intervals },
    about: 'A row for each stretch of this length.',
    example: 'DAY',
  },
  by: {
    of: metrics,
    kind: { is: 'words', oneOf: dimensions },
    about: 'A row for each group of calls, by one to three dimensions.',
    example: 'AGENT',
  },
  metrics: {
    of: metrics,
    kind: { is: 'texts' },
    about:
      'Which figures, by their names in CallMetrics, with arguments in brackets. A ratio is four columns, a statistic eight.',
    example: 'callCount,answerRate,serviceLevel(withinSeconds:30)',
    otherwise: 'callCount,answeredCount,missedCount,abandonedCount,answerRate,talkTime',
  },
  times: {
    of: both,
    kind: { is: 'word', oneOf: ['utc', 'local'] },
    about: 'utc: 2026-11-01T09:30:00.000Z. local: 2026-11-01 15:00:00, as the clock of the time zone shows it.',
    example: 'local',
    otherwise: 'utc',
  },
  numbers: {
    of: both,
    kind: { is: 'word', oneOf: ['plain', 'text'] },
    about: 'Of CSV. text: phone numbers as ="+919812345678", so that a spreadsheet does not make quantities of them.',
    example: 'text',
    otherwise: 'plain',
  },
  formulas: {
    of: both,
    kind: { is: 'word', oneOf: ['neutralise', 'keep'] },
    about:
      "Of CSV. neutralise: texts that a spreadsheet would compute have an apostrophe in front, '=1+1. keep: as they are, for programs.",
    example: 'keep',
    otherwise: 'neutralise',
  },
  bom: {
    of: both,
    kind: { is: 'boolean' },
    about: 'Of CSV: whether it begins with a byte order mark, by which Excel tells UTF-8.',
    example: 'true',
    otherwise: false,
  },
  header: {
    of: both,
    kind: { is: 'boolean' },
    about: 'Of CSV: whether the first row has the names of the columns.',
    example: 'false',
    otherwise: true,
  },
} as const satisfies Record<string, Parameter>;

export type ParameterName = keyof typeof parameters;

/** The parameters of a table, by name. */
export function parametersOf(table: ExportTable): [ParameterName, Parameter][] {
  const all = Object.entries(parameters) as [ParameterName, Parameter][];
  return all.filter(([, { of }]) => of.includes(table));
}
