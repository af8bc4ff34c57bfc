import { readFileSync } from 'node:fs';
import {
  buildClientSchema,
  buildSchema,
  GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
} from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
let told: string;

beforeAll(async () => {
  app = await startApp();
  const all = { descriptions: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true };
  const { data } = await app.ask(getIntrospectionQuery({ ...all, inputValueDeprecation: true, oneOf: true }));
  told = printSchema(buildClientSchema(data as unknown as IntrospectionQuery));
});
afterAll(() => app.close());

test('introspection tells all that schema.graphql says, descriptions included, but marks for the service itself', () => {
  const written = buildSchema(readFileSync(projectFile('schema.graphql'), 'utf8'));
  const directives = written.getDirectives().filter(({ name }) => name !== 'snapshot');
  expect(directives).toHaveLength(written.getDirectives().length - 1);
  expect(told).toBe(printSchema(new GraphQLSchema({ ...written.toConfig(), directives })));
});

test.each(['DateTime', 'TimeZone', 'SafeInt', 'URL', 'JSON'])(
  '%s is described, and names its specification',
  (scalar) => {
    expect(told).toMatch(new RegExp(`"""\nscalar ${scalar} @specifiedBy\\(url: "https://`));
  },
);
