import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aboutColumn, createView } from '../../scripts/bi/view.ts';
import { views } from '../../scripts/bi/views.ts';
import { projectFile } from '../../src/project-file.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

type Column = { view: string; name: string; type: string; about: string };

/** The columns of the views, in their order. */
async function columnsIn(schema: string): Promise<Column[]> {
  const { rows } = await database.pool.query<Column>(
    `select relname as view, attname as name, format_type(atttypid, atttypmod) as type, col_description(attrelid, attnum) as about
     from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = $1::regnamespace and relkind = 'v' and attnum > 0 order by relname, attnum`,
    [schema],
  );
  return rows;
}

test('names and types of the columns are those that were promised: what is here is never removed nor changed, only added to', async () => {
  const promised = readFileSync(projectFile('test/bi/columns.txt'), 'utf8');
  const columns = await columnsIn('bi');
  expect(`${columns.map(({ view, name, type }) => `${view}.${name} ${type}`).join('\n')}\n`).toBe(promised);
});

test('the document names each view and each column with its type', async () => {
  const page = readFileSync(projectFile('docs/bi.md'), 'utf8');
  for (const { view, name } of await columnsIn('bi')) {
    expect(page).toContain(`\`bi.${view}\``);
    expect({ view, name, isNamed: page.includes(`\`${name}\``) }).toEqual({ view, name, isNamed: true });
  }
});

test('the views of the migrations are those that are made of the catalogue, the masks and the schema, with the same words', async () => {
  const definitions = async (schema: string) =>
    (
      await database.pool.query<{ name: string; definition: string; options: string[]; about: string }>(
        `select relname as name, pg_get_viewdef(oid) as definition, reloptions as options, obj_description(oid) as about
         from pg_class where relnamespace = $1::regnamespace and relkind = 'v' order by relname`,
        [schema],
      )
    ).rows;
  const migrated = await definitions('bi');
  expect(migrated).toHaveLength(views.length);
  await database.pool.query('create schema bi_now');
  for (const view of views) await database.pool.query(createView(view).replace(`view bi.`, 'view bi_now.'));
  // Else the migrations lack what `npm run bi:views` writes.
  const now = await definitions('bi_now');
  expect(migrated.map(({ about, ...one }) => one)).toEqual(now.map(({ about, ...one }) => one));
  expect(migrated.map(({ about }) => about)).toEqual(
    now.map(({ name }) => views.find((view) => view.name === name)?.about),
  );
  const described = new Map((await columnsIn('bi')).map(({ view, name, about }) => [`${view}.${name}`, about]));
  expect(Object.fromEntries(described)).toEqual(
    Object.fromEntries(
      views.flatMap((view) => view.columns.map((one) => [`${view.name}.${one.name}`, aboutColumn(one)])),
    ),
  );
  for (const { options } of migrated) expect(options).toEqual(['security_barrier=true']);
});
