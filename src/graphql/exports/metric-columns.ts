import {
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { ColumnType } from '../../exports/column.ts';
import type { CallDimension } from '../generated/inputs.ts';
import { badParameter } from './read-parameters.ts';

/** A column of exported figures: its name, and where its value lies below a row, in the names of the query. */
export type FigureColumn = { name: string; type: ColumnType; path: readonly string[] };

/** What of each kind of group stands in a row: names of columns, and the fields of CallMetricsGroup that they are. */
export const groupColumns: Record<CallDimension, Readonly<Record<string, string>>> = {
  ACCOUNT: { accountId: 'account.id', accountName: 'account.name' },
  AGENT: { agentId: 'agent.id', agentName: 'agent.name', agentNumber: 'agent.number' },
  CAMPAIGN: { campaignId: 'campaign.id', campaignCode: 'campaign.campaignCode', campaignName: 'campaign.name' },
  CALL_GROUP: { callGroupId: 'callGroup.id', callGroupName: 'callGroup.name' },
  VIRTUAL_NUMBER: {
    virtualNumberId: 'virtualNumber.id',
    virtualNumber: 'virtualNumber.number',
    virtualNumberName: 'virtualNumber.name',
  },
  CUSTOMER: {
    customerId: 'customer.id',
    customerNumber: 'customer.number',
    customerName: 'customer.name',
    customerPseudonym: 'customer.pseudonym',
  },
  DIRECTION: { direction: 'direction' },
  DISPOSITION: { disposition: 'disposition' },
  HOUR_OF_DAY: { hourOfDay: 'hourOfDay' },
  DAY_OF_WEEK: { dayOfWeek: 'dayOfWeek' },
};

/** What a figure of several parts is in columns: what comes behind its name, and the field that it is. */
export const partsOfFigures: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ratio: { '': 'value', _numerator: 'numerator', _denominator: 'denominator', _excluded: 'excluded' },
  DurationStatistics: {
    _count: 'count',
    _sum: 'sum',
    _average: 'average',
    _min: 'min',
    _max: 'max',
    _p50: 'p50: percentile(p: 50)',
    _p90: 'p90: percentile(p: 90)',
    _p95: 'p95: percentile(p: 95)',
  },
  BusyHour: { _start: 'start', _callCount: 'callCount', _erlangs: 'erlangs' },
};

const types: Record<string, ColumnType> = {
  ID: 'id',
  Int: 'integer',
  SafeInt: 'integer',
  Float: 'number',
  Decimal: 'decimal',
  DateTime: 'instant',
  PhoneNumber: 'phone',
  Boolean: 'boolean',
};

/** The column type of a field, from a type on: `agent.name`. */
export function typeOfField(schema: GraphQLSchema, of: string, path: string): ColumnType {
  let type = schema.getType(of) as GraphQLObjectType;
  const steps = path.split('.');
  for (const [i, step] of steps.entries()) {
    const field = type.getFields()[step];
    if (!field) throw new Error(`no field ${path} of ${of}`);
    const named = getNamedType(field.type);
    if (i === steps.length - 1) return isEnumType(named) ? 'word' : (types[named.name] ?? 'text');
    type = named as GraphQLObjectType;
  }
  throw new Error(`no path ${path}`);
}

export type AskedFigure = { selection: string; columns: FigureColumn[] };

const written = /^(\w{1,60})(?:\((.{0,300})\))?$/s;

/** The columns of a figure such as `serviceLevel(withinSeconds:30)`, and how a query asks for it under an alias. */
export function askedFigure(schema: GraphQLSchema, text: string, alias: string): AskedFigure {
  const [, name = '', args] = written.exec(text) ?? [];
  const fields = (schema.getType('CallMetrics') as GraphQLObjectType).getFields();
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field) {
    const shown = JSON.stringify(text.slice(0, 60));
    throw badParameter(
      'metrics',
      `${shown} is no metric`,
      Object.keys(fields).join(', '),
      'metrics=callCount,answerRate',
    );
  }
  const given = args === undefined ? [] : readArguments(text, args, field.args);
  const called = given.length > 0 ? `(${given.map(({ name, value }) => `${name}: ${value}`).join(', ')})` : '';
  const column = [name, ...given.flatMap(({ name, value }) => [name, value])].join('_');
  const type = getNamedType(field.type);
  if (isLeafType(type)) {
    const columns = [{ name: column, type: typeOfField(schema, 'CallMetrics', name), path: [alias] }];
    return { selection: `${alias}: ${name}${called}`, columns };
  }
  const parts = isObjectType(type) ? partsOfFigures[type.name] : undefined;
  if (!parts) throw new Error(`no columns for ${type.name}`);
  const columns = Object.entries(parts).map(([ending, part]): FigureColumn => {
    const [key = '', asked = key] = part.split(': ');
    return {
      name: `${column}${ending}`,
      type: typeOfField(schema, type.name, asked.replace(/\(.*/, '')),
      path: [alias, key],
    };
  });
  return { selection: `${alias}: ${name}${called} { ${Object.values(parts).join(' ')} }`, columns };
}

/** Numbers, and words of enums: nothing else is an argument of a metric. */
const argument = /^\s*(\w{1,60})\s*[:=]\s*(-?\d{1,9}|[A-Z][A-Z_]{0,60})\s*$/;

function readArguments(
  text: string,
  args: string,
  known: readonly GraphQLArgument[],
): { name: string; value: string }[] {
  const given = args.split(',').map((one) => {
    const [, name = '', value = ''] = argument.exec(one) ?? [];
    const found = known.find((each) => each.name === name);
    const type = found && getNamedType(found.type);
    const fits = isEnumType(type) ? type.getValue(value) !== undefined : /^-?\d+$/.test(value);
    if (type && fits) return { name, value };
    const shown = JSON.stringify(text.slice(0, 60));
    const allowed = known.map((each) => `${each.name}:${allowedFor(each)}`).join(', ') || 'no argument';
    throw badParameter(
      'metrics',
      `${shown} has an argument that there is not`,
      allowed,
      'metrics=serviceLevel(withinSeconds:30)',
    );
  });
  if (new Set(given.map(({ name }) => name)).size < given.length) {
    throw badParameter('metrics', `${JSON.stringify(text.slice(0, 60))} has an argument twice`, 'each once');
  }
  return given;
}

function allowedFor({ type }: GraphQLArgument): string {
  const named = getNamedType(type);
  return isEnumType(named)
    ? named
        .getValues()
        .map(({ name }) => name)
        .join('|')
    : 'a whole number';
}
