import { type GraphQLField, getNamedType, isObjectType } from 'graphql';
import { defaultPageSize, maxPageSize } from '../../query/page-arguments.ts';
import type { Given } from './collect-fields.ts';
import { maxBounds } from './requested-figures.ts';

/** How long the list of a field can be: from its arguments, or from the range of the question it belongs to. */
export type ListSize = (given: Given, bucketsBy: (interval: unknown) => number) => number;

const lengthOf = (list: unknown) => (Array.isArray(list) ? list.length : 1);

const binsBetween = (bounds: unknown) => (lengthOf(bounds) > maxBounds ? 1 : lengthOf(bounds) + 1);

/**
 * Every field that returns a list and is no connection. A test goes through the schema and demands each of them here.
 * Those without arguments that tell count as a page; words of one thing as one row.
 */
export const listSizes: Readonly<Record<string, ListSize>> = {
  'Query.nodes': (given) => lengthOf(given('ids')),
  'Query.accounts': () => defaultPageSize,
  'Query.apiKeys': () => defaultPageSize,
  'Subscription.liveCalls': () => maxPageSize,
  'ApiKey.accounts': () => defaultPageSize,
  'ApiKey.scopes': () => 1,
  'Viewer.accounts': () => defaultPageSize,
  'Viewer.scopes': () => 1,
  'CallMetricsReport.timeSeries': (given, bucketsBy) => bucketsBy(given('interval')),
  'CallMetricsGroup.timeSeries': (given, bucketsBy) => bucketsBy(given('interval')),
  'CallMetricsReport.heatMap': () => 7 * 24,
  'LiveBoard.breakdown': (given) => Math.min(Math.max(Number(given('first')) || 0, 0), maxPageSize),
  'DurationStatistics.histogram': (given) => binsBetween(given('bounds')),
  'WebhookEvent.notUnderstood': () => 1,
  'WebhookHealth.unknownStatusWords': () => 1,
};

/** Whether a field returns a page of a list: a type with nodes and edges. */
export function isConnection(field: GraphQLField<unknown, unknown>): boolean {
  const type = getNamedType(field.type);
  return isObjectType(type) && 'nodes' in type.getFields() && 'edges' in type.getFields();
}

/** How many rows the page of a connection can have. Sizes that are refused when the list is read count as what is allowed. */
export function pageSize(field: GraphQLField<unknown, unknown>, given: Given): number {
  const size = given('last') ?? given('first') ?? field.args.find(({ name }) => name === 'first')?.defaultValue;
  return typeof size === 'number' ? Math.min(Math.max(size, 0), maxPageSize) : defaultPageSize;
}
