import {
  type GraphQLField,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { isConnection, listSizes } from '../../../src/graphql/limits/list-sizes.ts';
import { isFilter } from '../../../src/graphql/limits/operation-cost.ts';
import { columnOfPart, figureTypes, scanOf } from '../../../src/graphql/limits/requested-figures.ts';
import { buildSchema } from '../../../src/graphql/schema.ts';
import { lookAhead } from '../../../src/graphql/server/lookahead.ts';

const schema = buildSchema();
type Field = GraphQLField<unknown, unknown>;

const types = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'));
const fields = types.flatMap((type) =>
  Object.values(type.getFields()).map((field) => ({ at: `${type.name}.${field.name}`, type, field: field as Field })),
);

function isList(type: GraphQLType): boolean {
  if (isNonNullType(type)) return isList(type.ofType);
  return isListType(type);
}

const argumentNames = ({ args }: Field) => args.map(({ name }) => name);
const isPage = (name: string) => name.endsWith('Connection');

test('every field that returns a list is known to the counter, and no other', () => {
  const lists = fields.filter(({ type, field }) => isList(field.type) && !isPage(type.name)).map(({ at }) => at);
  expect(lists.sort()).toEqual(Object.keys(listSizes).sort());
});

test('connections are told by nodes and edges, have no other list, and their pages a size', () => {
  for (const type of types.filter(({ name }) => isPage(name))) {
    const lists = Object.values(type.getFields()).filter((field) => isList(field.type));
    expect(lists.map(({ name }) => name)).toEqual(['edges', 'nodes']);
  }
  for (const { at, field } of fields.filter(({ field }) => isPage(getNamedType(field.type).name))) {
    expect(isConnection(field), at).toBe(true);
    expect(argumentNames(field), at).toContain('first');
  }
});

test('figures are asked of questions with a range, or of a part of their reports, or of the last hour', () => {
  const reports = new Set(
    types.filter((type) =>
      Object.values(type.getFields()).some(({ type: one }) => getNamedType(one).name === 'CallMetrics'),
    ),
  );
  for (const { at, type, field } of fields) {
    if (getNamedType(field.type).name !== 'CallMetrics') continue;
    const isQuestion = argumentNames(field).includes('range');
    expect(isQuestion || type.name.startsWith('CallMetrics') || at === 'LiveFigures.lastHour', at).toBe(true);
    expect(reports.has(type)).toBe(true);
  }
});

test('every type below a set of figures is one of figures', () => {
  const open = ['CallMetrics', 'LiveFigures'];
  const below = new Set<string>();
  for (let name = open.pop(); name; name = open.pop()) {
    below.add(name);
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const next = getNamedType(field.type);
      if (isObjectType(next) && !below.has(next.name)) open.push(next.name);
    }
  }
  expect([...below].sort()).toEqual([...figureTypes].sort());
});

test('every metric is a column that its resolvers read, or a scan of its own', () => {
  const literal: Record<string, string> = { p: '50', belowOne: 'false', bounds: '[1, 2, 3]' };
  const metrics = schema.getType('CallMetrics');
  if (!isObjectType(metrics)) throw new Error('there is no CallMetrics');
  for (const field of Object.values(metrics.getFields()) as Field[]) {
    const type = getNamedType(field.type);
    const parts = isObjectType(type) ? (Object.values(type.getFields()) as Field[]) : [];
    for (const part of parts.length > 0 ? parts : [null]) {
      const read = new Set<string>();
      const sheet = { read: ({ name }: { name: string }) => read.add(name).size };
      const ofPart = part?.args.length ? `(${part.args.map(({ name }) => `${name}: ${literal[name]}`)})` : '';
      const inner = part && !isLeafType(getNamedType(part.type)) ? '{ count }' : '';
      const node = selection(part ? `${field.name} { ${part.name}${ofPart} ${inner} }` : field.name);
      lookAhead([node], 'CallMetrics', { sheet, slot: 0 }, { schema, fragments: {}, variableValues: {} } as never);
      const at = `${field.name}${part ? `.${part.name}` : ''}`;
      expect(read.size > 0, at).toBe(scanOf(field.name) === null);
      // A part that takes arguments can be asked for again and again: it must count by itself.
      if (part?.args.length) expect(columnOfPart('m', part.name, 'k'), at).toBe('m.k');
    }
  }
});

test('every argument that is an input object is a filter, or one of a few that are small', () => {
  const small = new Set(['CallOrder', 'EntityOrder', 'CallMetricsOrder', 'TimeRangeInput', 'ApiKeyInput']);
  for (const { at, field } of fields) {
    for (const { name, type } of field.args) {
      const named = getNamedType(type);
      if (!isInputObjectType(named)) continue;
      expect(isFilter(named) || small.has(named.name), `${at}(${name})`).toBe(true);
      expect(isList(type), `${at}(${name})`).toBe(false);
    }
  }
});

test('lists among arguments tell the length of a list, or are read with a limit of their own', () => {
  const lists = fields.flatMap(({ at, field }) =>
    field.args.filter(({ type }) => isList(type)).map(({ name }) => `${at}(${name})`),
  );
  expect(lists.sort()).toEqual([
    'CallMetricsReport.breakdown(by)',
    'DurationStatistics.histogram(bounds)',
    'Query.nodes(ids)',
  ]);
});

function selection(text: string) {
  const [operation] = parse(`{ ${text} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  const [node] = operation.selectionSet.selections;
  if (node?.kind !== Kind.FIELD) throw new Error('no field');
  return node;
}
