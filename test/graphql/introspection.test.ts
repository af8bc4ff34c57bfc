import { readFileSync } from 'node:fs';
import { buildClientSchema, buildSchema, getIntrospectionQuery, type IntrospectionQuery, printSchema } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeAccessMarks } from '../../src/graphql/access-marks.ts';
import { takeSnapshotMarks } from '../../src/graphql/snapshots/snapshot-marks.ts';
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
  const marks = written.getDirectives().length;
  const shown = takeAccessMarks(takeSnapshotMarks(written));
  expect(shown.getDirectives()).toHaveLength(marks - 2);
  expect(told).toBe(printSchema(shown));
  // What @access says is told in words, behind what a field says of itself.
  expect(told.match(/Needs the scope `numbers`, else masked\./g)?.length).toBeGreaterThan(5);
});

test.each(['DateTime', 'TimeZone', 'SafeInt', 'URL', 'JSON'])(
  '%s is described, and names its specification',
  (scalar) => {
    expect(told).toMatch(new RegExp(`"""\nscalar ${scalar} @specifiedBy\\(url: "https://`));
  },
);
