import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { valueFromASTUntyped } from 'graphql';
import { catalogue, type Metric, statisticOf } from '../../src/metrics/catalogue.ts';
import { aggregateSql, type MetricColumn } from '../../src/metrics/metric-column.ts';
import { fieldOf, type ViewColumn } from './view.ts';

const dialect = new PgDialect();
const textOf = (statement: SQL) => dialect.sqlToQuery(statement.inlineParams()).sql;
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Every metric of the catalogue of which the parts add up, with the default arguments of the schema. */
export function metricColumns(): ViewColumn[] {
  return Object.entries<Metric>(catalogue).flatMap(([name, metric]) => columnsOf(name, metric));
}

function columnsOf(name: string, metric: Metric): ViewColumn[] {
  const column = snake(name);
  if (metric.kind === 'figure') {
    if (!metric.additive) return [];
    return [{ name: column, sql: aggregateOf(metric.of(defaults(name))), field: { type: 'CallMetrics', name } }];
  }
  const about = fieldOf('CallMetrics', name).description?.value.replace(/\s+/g, ' ') ?? '';
  const part = (of: string, one: MetricColumn): ViewColumn => ({
    name: `${column}_${of}`,
    sql: aggregateOf(one),
    about: `${name}.${of}, where ${name} is: ${about}`,
  });
  if (metric.kind === 'ratio') {
    const parts = Object.entries(metric.of(defaults(name)));
    return parts.filter(([, { aggregate }]) => !isOfNothing(aggregate)).map(([of, one]) => part(of, one));
  }
  return (['count', 'sum'] as const).map((of) => part(of, statisticOf(metric.measure, of)));
}

/** Such as what is excluded of a ratio that excludes nothing. */
function isOfNothing(aggregate: MetricColumn['aggregate']): boolean {
  return aggregate.of === 'calls' && 'any' in aggregate.over && aggregate.over.any.length === 0;
}

/** The arguments of a metric where a question names none. */
function defaults(name: string): never {
  const entries = (fieldOf('CallMetrics', name).arguments ?? []).map((argument) => [
    argument.name.value,
    argument.defaultValue && valueFromASTUntyped(argument.defaultValue),
  ]);
  return Object.fromEntries(entries) as never;
}

function aggregateOf({ aggregate }: MetricColumn): string {
  // Answers have it as a text; tools add it up.
  if (aggregate.of === 'coins') return textOf(sql`coalesce(sum(calls.coins), 0)`);
  return textOf(aggregateSql(aggregate));
}
