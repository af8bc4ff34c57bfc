import { readFileSync } from 'node:fs';
import {
  type GraphQLField,
  type GraphQLObjectType,
  getIntrospectionQuery,
  getNamedType,
  graphqlSync,
  isLeafType,
  isObjectType,
  parse,
} from 'graphql';
import { expect, test } from 'vitest';
import { buildSchema } from '../../src/graphql/schema.ts';
import { needOfField } from '../../src/graphql/snapshots/snapshot-marks.ts';
import { snapshotNeeds } from '../../src/graphql/snapshots/snapshot-need.ts';
import { projectFile } from '../../src/project-file.ts';

const schema = buildSchema();
const needOf = snapshotNeeds(schema);
const need = (query: string) => needOf(parse(query));

type Field = GraphQLField<unknown, unknown>;
const types = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__'));
const fields = types.flatMap((type) =>
  Object.values(type.getFields()).map((field) => ({ at: `${type.name}.${field.name}`, type, field: field as Field })),
);
const marked = (wanted: string) => fields.filter(({ field }) => needOfField(field) === wanted).map(({ at }) => at);

test('figures over a range, and the live board with its last hour, share a moment with others, and nothing else does', () => {
  const questions = fields.filter(
    ({ at, field }) =>
      at.endsWith('.liveBoard') || (field.args.some(({ name }) => name === 'range') && at !== 'Query.calls'),
  );
  expect(questions.length).toBeGreaterThan(5);
  expect(marked('shared')).toEqual(questions.map(({ at }) => at));
});

test('whatever a page tells beside its rows is of the moment of its rows, and so is the health of the webhook', () => {
  const ofPages = fields
    .filter(({ type }) => type.name.endsWith('Connection'))
    .filter(({ field }) => isLeafType(getNamedType(field.type)));
  expect(ofPages.length).toBeGreaterThan(10);
  expect(marked('own')).toEqual([...ofPages.map(({ at }) => at), 'Query.webhookHealth'].sort(inOrder));
});

const inOrder = (a: string, b: string) =>
  fields.findIndex(({ at }) => at === a) - fields.findIndex(({ at }) => at === b);

/** A way from the query to each type: the fields on it. */
function waysTo(): Map<GraphQLObjectType, string[]> {
  const query = schema.getQueryType() as GraphQLObjectType;
  const ways = new Map<GraphQLObjectType, string[]>([[query, []]]);
  for (const [type, way] of ways) {
    for (const field of Object.values(type.getFields())) {
      const below = getNamedType(field.type);
      if (isObjectType(below) && !ways.has(below)) ways.set(below, [...way, field.name]);
    }
  }
  return ways;
}

const written = (way: readonly string[], field: string) =>
  `${way.join(' { ')} { ${field} }${' }'.repeat(way.length - 1)}`;

test('an operation needs what the fields in it say, wherever they stand, under any name and in fragments', () => {
  const ways = waysTo();
  const counted = { none: 0, own: 0, shared: 0 };
  for (const { at, type, field } of fields) {
    const way = ways.get(type);
    if (!way || way.length === 0) continue;
    const onTheWay = way.reduce<{ type: GraphQLObjectType; needs: string[] }>(
      ({ type, needs }, name) => {
        const one = type.getFields()[name] as Field;
        return { type: getNamedType(one.type) as GraphQLObjectType, needs: [...needs, needOfField(one)] };
      },
      { type: schema.getQueryType() as GraphQLObjectType, needs: [] },
    );
    const needs = [...onTheWay.needs, needOfField(field)];
    const expected = needs.includes('shared') ? 'shared' : needs.includes('own') ? 'own' : 'none';
    const inner = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
    expect(need(`{ ${written(way, `a: ${field.name}${inner}`)} }`), at).toBe(expected);
    const fragment = `fragment F on ${type.name} { ${field.name}${inner} }`;
    expect(need(`{ ${written(way, '...F')} } ${fragment}`), at).toBe(expected);
    counted[expected] += 1;
  }
  expect(Math.min(...Object.values(counted))).toBeGreaterThan(10);
});

test('a name that stands for a figure elsewhere needs nothing where it is none', () => {
  expect(need('{ totalCount: calls { nodes { metrics: id } } }')).toBe('none');
});

test('several roots are of one moment, and so is what may be several', () => {
  expect(need('{ calls { nodes { id } } agents { nodes { id } } }')).toBe('own');
  expect(need('{ ...F } fragment F on Query { calls { nodes { id } } }')).toBe('own');
  expect(need('{ calls { nodes { id } } }')).toBe('none');
});

test('the mark is for the service alone: no client can see it or use it', () => {
  expect(readFileSync(projectFile('schema.graphql'), 'utf8')).toContain('directive @snapshot');
  const told = graphqlSync({ schema, source: getIntrospectionQuery() });
  expect(told.errors).toBeUndefined();
  expect(JSON.stringify(told.data)).not.toContain('snapshot"');
  const used = graphqlSync({ schema, source: '{ calls @snapshot { nodes { id } } }' });
  expect(used.errors?.[0]?.message).toBe('Unknown directive "@snapshot".');
});
