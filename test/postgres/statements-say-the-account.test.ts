import { readdirSync, readFileSync } from 'node:fs';
import { getTableColumns, getTableName, is } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as accountTables from '../../src/accounts/account.table.ts';
import * as callTables from '../../src/calls/call.table.ts';
import * as endedTables from '../../src/calls/merge/ended-call.table.ts';
import * as markTables from '../../src/calls/write/write-mark.table.ts';
import * as chunkTables from '../../src/columnar/store/call-chunk.table.ts';
import * as eventTables from '../../src/inbox/webhook-event.table.ts';
import * as participantTables from '../../src/participants/participants.table.ts';

const modules = [accountTables, callTables, endedTables, markTables, chunkTables, eventTables];
/** The tables whose rows belong to accounts: by what they are called in TypeScript, and in SQL. */
const owned = [...modules, participantTables].flatMap((module) =>
  Object.entries(module).flatMap(([name, table]) =>
    is(table, PgTable) && 'accountId' in getTableColumns(table) ? [{ name, sqlName: getTableName(table) }] : [],
  ),
);
/** `table` stands for one of several. */
const names = [
  ...owned.map(({ name }) => `\\$\\{${name}\\}`),
  '\\$\\{table\\}',
  ...owned.map(({ sqlName }) => sqlName),
];
const anyTable = `(?:${names.join('|')})(?![\\w.])`;
const account = /account_?id\b|\$\{account\}/i;

/** Each use of a table by which rows must be told by account too: what was said about it. */
const uses: readonly { what: RegExp; about: RegExp }[] = [
  { what: new RegExp(`\\bupdate ${anyTable}`, 'gi'), about: /\bwhere\b[\s\S]*$/i },
  { what: new RegExp(`\\bdelete from ${anyTable}`, 'gi'), about: /\bwhere\b[\s\S]*$/i },
  // Up to the next join or the end of the conditions.
  { what: new RegExp(`\\bjoin ${anyTable}`, 'gi'), about: /\bon\b[\s\S]*?(?=\b(?:left |cross )?join\b|\bwhere\b|$)/i },
];

/** What is wrong with the text of a statement: where it forgets the account. */
function forgotten(text: string): string[] {
  return uses.flatMap(({ what, about }) =>
    [...text.matchAll(what)].flatMap((use) => {
      const said = about.exec(text.slice(use.index))?.[0] ?? '';
      return account.test(said) ? [] : [text.slice(use.index, use.index + 100)];
    }),
  );
}

/** The statements in a file: tagged templates, and plain texts that begin like one. Those within others are read with them. */
function statementsIn(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const look = (node: ts.Node): void => {
    const isTagged = ts.isTaggedTemplateExpression(node) && node.tag.getText() === 'sql';
    const isPlain = ts.isStringLiteralLike(node) && /^\s*(select|update|delete|insert|with)\b/i.test(node.text);
    if (isTagged) found.push(node.template.getText());
    else if (isPlain) found.push(node.text);
    else ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => `src/${file}`);

test('every update, deletion and join of rows that belong to accounts says the account', () => {
  const statements = files.flatMap((file) => statementsIn(file).map((text) => ({ file, text })));
  const written = statements.filter(({ text }) => uses.some(({ what }) => text.search(what) >= 0));
  expect(written.length).toBeGreaterThanOrEqual(25);
  expect(statements.flatMap(({ file, text }) => forgotten(text).map((where) => `${file}: ${where}`))).toEqual([]);
});

test('joins, updates and deletions by the builder of queries say it, too', () => {
  const calls = /\.(?:leftJoin|innerJoin)\([\s\S]*?\)\)\)|\.(?:update|delete)\((\w+)\)[\s\S]*?;/g;
  const ofOthers =
    /\.(?:update|delete)\((?!(?:calls|webhookEvents|endedCalls|agents|campaigns|callGroups|virtualNumbers|customers)\))/;
  const wrong = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(calls)].flatMap(([text]) =>
      ofOthers.test(text) || account.test(text) ? [] : [`${file}: ${text}`],
    ),
  );
  expect(wrong).toEqual([]);
});

test('a look-up by id alone is in one file, but for what a caller filters by and for pages whose ids were found in several accounts', () => {
  // A comparison of an id that is no part of a longer condition with the account.
  const byId = /\{(?!accounts\.|apiKeys\.)\w+\.id\b\}? (?:= any\(|= \$\{)/;
  // There it is not known which of several accounts it is.
  const allowed = ['src/calls/list/call-reading.ts'];
  const wrong = files
    .filter((file) => !allowed.includes(file) && !file.startsWith('src/query/'))
    .flatMap((file) =>
      statementsIn(file)
        .filter((text) => byId.test(text) && !account.test(text))
        .map((text) => `${file}: ${text}`),
    );
  expect(wrong).toEqual([]);
});

test('what forgets the account is seen', () => {
  expect(forgotten('update calls set x = 1 where id = 1')).toHaveLength(1);
  expect(forgotten('delete from agents where id = 1')).toHaveLength(1);
  const joined = 'select 1 from calls as c join agents as a on a.id = c.agent_id where c.account_id = 1';
  expect(forgotten(joined)).toHaveLength(1);
  expect(forgotten(joined.replace('where', 'and a.account_id = c.account_id where'))).toEqual([]);
});
