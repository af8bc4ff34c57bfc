import type { GraphQLSchema } from 'graphql';
import type { Limits } from '../../access/limits.ts';
import type { Receipt } from '../../access/log/receipt.ts';
import type { Account } from '../../accounts/account.table.ts';
import { AppError } from '../../errors.ts';
import type { Column, Value } from '../../exports/column.ts';
import { problemOf, problemOfErrors } from '../../exports/problem.ts';
import type { IdCodec } from '../../query/global-id.ts';
import { estimateBuckets } from '../../time/buckets.ts';
import { instantOf } from '../../time/instant.ts';
import type { CallDimension, TimeInterval } from '../generated/inputs.ts';
import { askedFigure, type FigureColumn, groupColumns, typeOfField } from './metric-columns.ts';
import { type ExportFormat, parameters } from './parameters.ts';
import { readFilter } from './read-filter.ts';
import { badParameter, readParameters, type SentParameters, splitList } from './read-parameters.ts';
import { readRange, readZone } from './read-times.ts';
import { headersOf, writerFor } from './written.ts';

type Answer = { status: number; headers: Record<string, string>; text: string; receipt: Receipt };

/** A request for figures at the door of exports. */
export type MetricsRequest = SentParameters & { format: ExportFormat };

export type MetricsParts = {
  schema: GraphQLSchema;
  limits: Limits;
  ids: IdCodec;
  /** The zone where no account's decides. */
  timeZone: string;
  accounts: () => Promise<readonly Account[]>;
  /** Asks for figures as everybody does: with all limits, rights and masks. */
  ask: (body: { query: string; operationName: string; variables: Record<string, unknown> }) => Promise<Answer>;
};

const mostGroups = 500;
type Row = Record<string, unknown>;

/** The figures that parameters ask for, as a table. They are asked of GraphQL, so that they are the same there. */
export async function exportMetrics(request: MetricsRequest, requestId: string, parts: MetricsParts): Promise<Answer> {
  try {
    return await tableOf(request, requestId, parts);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { status, headers, text, code } = problemOf(error, requestId);
    return { status, headers, text, receipt: { ...noReceipt, code } };
  }
}

const noReceipt = {
  operationType: 'QUERY',
  operationName: null,
  requestedCost: null,
  actualCost: null,
  rows: null,
} as const;

async function tableOf(request: MetricsRequest, requestId: string, parts: MetricsParts): Promise<Answer> {
  const { schema, limits, ids } = parts;
  const { format } = request;
  const read = readParameters('metrics', request);
  const { values } = read;
  const filter = readFilter(schema, 'metrics', read, request);
  const now = instantOf(Date.now());
  const zone = readZone(values, filter, { accounts: await parts.accounts(), ids, service: parts.timeZone });
  const { from, to } = readRange(values, { zone, now });
  if (!from) {
    throw badParameter('from', 'is missing: figures are of a range', 'from and to, last, or calendar', 'last=P7D');
  }
  const range = { from, to: to ?? now };
  const interval = values.interval as TimeInterval | undefined;
  const by = (values.by as CallDimension[] | undefined) ?? [];
  const asked = (values.metrics as string[] | undefined) ?? splitList(parameters.metrics.otherwise);
  const figures = asked.map((text, i) => askedFigure(schema, text, `m${i}`));
  const keys = [...keysOf(schema, by), ...(interval || by.length === 0 ? placesOf(schema, interval) : [])];
  const columns = [
    ...keys,
    ...figures.flatMap((figure) => figure.columns.map((column) => ({ ...column, path: ['metrics', ...column.path] }))),
  ];
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw badParameter('metrics', `${twice} would be a column twice`, 'each figure once');
  const writer = writerFor<Row>(format, columns.map(columnOf), values, zone);

  const metrics = `metrics { ${figures.map(({ selection }) => selection).join(' ')} }`;
  const name = `export_metrics_${format}`;
  const query = queryOf({ name, interval, by, metrics });
  const size = pageSizeFor({ interval, range, figures: columns.length, limits });
  const rows: Row[] = [];
  let receipt: Receipt | null = null;
  let dataThrough: string | null = null;
  for (let after: string | null = null; ; ) {
    const answer = await parts.ask({
      query,
      operationName: name,
      variables: {
        range: { between: range },
        filter,
        timeZone: zone,
        weekStartsOn: values.weekStartsOn ?? 1,
        ...(by.length > 0 && { by, first: size, after }),
        ...(interval && { interval }),
      },
    });
    receipt = added(receipt, answer.receipt);
    const { data, errors } = JSON.parse(answer.text) as { data?: { callMetrics: Report } | null; errors?: never[] };
    if (errors || !data?.callMetrics) {
      const told = problemOfErrors(errors ?? [], requestId);
      return { status: told.status, headers: { ...answer.headers, ...told.headers }, text: told.text, receipt };
    }
    const report = data.callMetrics;
    dataThrough ??= report.dataThrough;
    rows.push(...rowsOf(report, interval));
    const { pageInfo } = report.breakdown ?? {};
    if (!pageInfo?.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  const written = Buffer.concat([writer.head(), writer.page(rows), writer.end()]).toString('utf8');
  const headers = {
    ...headersOf(format, `metrics-${now.slice(0, 10)}`, values),
    ...(dataThrough && { 'x-data-through': dataThrough }),
  };
  return { status: 200, headers, text: written, receipt };
}

type Report = {
  dataThrough: string | null;
  totals?: Row;
  timeSeries?: Row[];
  breakdown?: { nodes: Row[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
};

type Shape = { name: string; interval: TimeInterval | undefined; by: readonly CallDimension[]; metrics: string };

function queryOf({ name, interval, by, metrics }: Shape): string {
  const series = `timeSeries(interval: $interval) { start end label isPartial ${metrics} }`;
  const fields = by.flatMap((one) => Object.values(groupColumns[one]));
  const keys = fields
    .map((path) => path.split('.').reduceRight((below, step) => `${step}${below && ` { ${below} }`}`, ''))
    .join(' ');
  const variables = [
    '$range: TimeRangeInput!',
    '$filter: CallFilter',
    '$timeZone: TimeZone',
    '$weekStartsOn: Int!',
    ...(by.length > 0 ? ['$by: [CallDimension!]!', '$first: Int!', '$after: String'] : []),
    ...(interval ? ['$interval: TimeInterval!'] : []),
  ].join(', ');
  const groups = `breakdown(by: $by, first: $first, after: $after) { nodes { ${keys} ${interval ? series : metrics} } pageInfo { hasNextPage endCursor } }`;
  const body = by.length > 0 ? groups : interval ? series : `from to totals { ${metrics.slice('metrics { '.length)}`;
  return `query ${name}(${variables}) { callMetrics(range: $range, filter: $filter, timeZone: $timeZone, weekStartsOn: $weekStartsOn) { dataThrough ${body} } }`;
}

function keysOf(schema: GraphQLSchema, by: readonly CallDimension[]): FigureColumn[] {
  return by.flatMap((one) =>
    Object.entries(groupColumns[one]).map(([name, path]) => ({
      name,
      type: typeOfField(schema, 'CallMetricsGroup', path),
      path: path.split('.'),
    })),
  );
}

/** Which stretch a row is of. */
function placesOf(schema: GraphQLSchema, interval: TimeInterval | undefined): FigureColumn[] {
  const names = interval ? ['start', 'end', 'label', 'isPartial'] : ['from', 'to'];
  const type = interval ? 'CallMetricsBucket' : 'CallMetricsReport';
  return names.map((name) => ({ name, type: typeOfField(schema, type, name), path: [name] }));
}

function rowsOf(report: Report, interval: TimeInterval | undefined): Row[] {
  const { breakdown, timeSeries, totals, ...others } = report;
  if (breakdown) {
    return interval
      ? breakdown.nodes.flatMap(({ timeSeries: series, ...keys }) =>
          (series as Row[]).map((row) => ({ ...keys, ...row })),
        )
      : breakdown.nodes;
  }
  return timeSeries ?? [{ ...others, metrics: totals }];
}

function columnOf({ name, type, path }: FigureColumn): Column<Row> {
  const read = (row: Row): Value => {
    let value: unknown = row;
    for (const step of path) value = (value as Row | null)?.[step] ?? null;
    return value as Value;
  };
  return { name, type, valuesOf: (rows) => rows.map(read) };
}

/** As many groups at once as the limits allow of tables of figures. */
function pageSizeFor({
  interval,
  range,
  figures,
  limits,
}: {
  interval: TimeInterval | undefined;
  range: { from: string; to: string };
  figures: number;
  limits: Limits;
}): number {
  const buckets = interval ? Math.ceil(estimateBuckets(interval, { ...range, period: null } as never) * 1.1) + 2 : 1;
  const most = Math.min(
    mostGroups,
    limits.LIMIT_TABLE_ROWS / buckets,
    limits.LIMIT_FIGURES / (buckets * (figures + 2)),
  );
  return Math.max(1, Math.floor(most));
}

function added(before: Receipt | null, one: Receipt): Receipt {
  if (!before) return one;
  const sum = (a: number | null, b: number | null) => (a ?? 0) + (b ?? 0);
  return {
    ...one,
    requestedCost: sum(before.requestedCost, one.requestedCost),
    actualCost: sum(before.actualCost, one.actualCost),
    rows: sum(before.rows, one.rows),
  };
}
