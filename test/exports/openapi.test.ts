import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callColumnNames } from '../../src/exports/call-columns.ts';
import { startApp, type TestApp } from '../support/app.ts';

let app: TestApp;
type Operation = {
  parameters?: { name: string }[];
  requestBody?: { content: Record<string, { schema: { properties: object } }> };
};
let described: {
  openapi: string;
  paths: Record<string, Record<'get' | 'post', Operation>>;
  components: { schemas: { Call: { properties: Record<string, { description: string }> } } };
};

beforeAll(async () => {
  app = await startApp({ access: { adminToken: 'an-admin-token-0123456789' } });
  const answer = await fetch(`${app.url}/openapi.json`);
  expect(answer.status).toBe(200);
  described = (await answer.json()) as typeof described;
});
afterAll(() => app.close());

test('it is valid OpenAPI 3.1, and open without a key', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(described) as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(described.openapi).toBe('3.1.0');
});

test('each address that it names answers, and takes each parameter that it names', async () => {
  const headers = { authorization: 'Bearer an-admin-token-0123456789' };
  for (const [path, { get, post }] of Object.entries(described.paths)) {
    const limits = path.includes('calls') ? 'limit=1' : 'last=P1D';
    expect((await fetch(`${app.url}${path}?${limits}`, { headers })).status).toBe(200);
    const names = get.parameters?.map(({ name }) => name) ?? [];
    expect(Object.keys(post.requestBody?.content['application/json']?.schema.properties ?? {})).toEqual(names);
    // The others take the same.
    if (!path.endsWith('.csv')) continue;
    for (const name of names) {
      // A value that may be wrong: never is the name unknown.
      const answer = await fetch(`${app.url}${path}?${name}=x`, { headers });
      expect(await answer.text()).not.toMatch(/is no parameter|is no operator|needs an operator/);
    }
  }
});

test('it describes every column, in the words of the schema', () => {
  const { properties } = described.components.schemas.Call;
  expect(Object.keys(properties)).toEqual(callColumnNames);
  for (const { description } of Object.values(properties)) expect(description).toMatch(/\w/);
  expect(properties.talkSeconds?.description).toContain('The conversation alone');
});
