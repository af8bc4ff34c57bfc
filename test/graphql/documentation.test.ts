import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';

const types = Object.values(buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8')).getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

/** Everything in a type that a reader of the schema may ask about, by its coordinate, with what is said of it. */
function* parts(type: GraphQLNamedType): Generator<[coordinate: string, description: string]> {
  const said = (description: string | null | undefined) => description?.trim() ?? '';
  yield [type.name, said(type.description)];
  if (isEnumType(type)) {
    for (const value of type.getValues()) yield [`${type.name}.${value.name}`, said(value.description)];
  }
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, said(field.description)];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, said(field.description)];
      for (const argument of field.args) {
        yield [`${type.name}.${field.name}(${argument.name}:)`, said(argument.description)];
      }
    }
  }
}

const all = types.flatMap((type) => [...parts(type)]);

test('the schema is the manual: every type, field, argument and value is described', () => {
  expect(all.length).toBeGreaterThan(400);
  expect(all.filter(([, description]) => description === '').map(([coordinate]) => coordinate)).toEqual([]);
});

test('every description is a text that ends', () => {
  // A formula or a name of a field may stand alone; prose ends with a full stop.
  const unfinished = all.filter(([, description]) => /[,;:([]$|\s{2,}\S|\bTODO\b|\bTBD\b/.test(description));
  expect(unfinished).toEqual([]);
});

test('every duration says its unit, in its name or its description', () => {
  const seconds = all.filter(([coordinate]) => /\.(?:sum|average|min|max|bounds)\b|Seconds\b/.test(coordinate));
  const silent = seconds.filter(([coordinate, said]) => !/seconds?/i.test(coordinate) && !/second/i.test(said));
  const ofStatistics = silent.filter(([coordinate]) => !coordinate.startsWith('DurationStatistics.'));
  expect(ofStatistics).toEqual([]);
  expect(all.find(([coordinate]) => coordinate === 'DurationStatistics')?.[1]).toContain('seconds');
});

test('every field of a call that may be missing says when', () => {
  const call = types.find(({ name }) => name === 'Call');
  if (!isObjectType(call)) throw new Error('there is no type Call');
  const silent = Object.values(call.getFields())
    .filter(({ type }) => !String(type).endsWith('!'))
    .filter(({ description }) => !/null|if |where |only|as sent/i.test(description ?? ''))
    .map(({ name }) => name);
  expect(silent).toEqual([]);
});
