import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';

// What a library does not offer is not taken: no source reaches into its inner files, prototypes, queues or sessions.

const inner: [string, RegExp][] = [
  [
    'an inner file of a library',
    /from '(pg|pg-pool|pg-protocol|graphql|@apollo\/server|dataloader)\/(lib|dist|src|jsutils|execution|esm|cjs|type|utilities|validation|error|language)\b[^']*'/,
  ],
  ['an inner file of drizzle', /from 'drizzle-orm\/(?!node-postgres'|pg-core'|node-postgres\/migrator')[^']*'/],
  ['a part of the driver that frames messages', /from 'pg-(protocol|types|connection-string)[^']*'/],
  ["the driver's query class", /\bpg\.Query\b|\bextends (pg\.)?Query\b|\bimport \{[^}]*\bQuery\b[^}]*\} from 'pg'/],
  [
    'a prototype of a library',
    /\b(pg|drizzle|graphql)\.\w+\.prototype|\b(Query|Client|Pool|Connection|GraphQLSchema|GraphQLObjectType|DataLoader|PgDialect|Socket|Duplex)\.prototype/,
  ],
  ["drizzle's session", /\._\.|\['_'\]|prepareQuery/],
  ["drizzle's chunks", /queryChunks|StringChunk|shouldInlineParams|mapToDriverValue/],
  [
    "the driver's queues and messages",
    /_pulseQueryQueue|_queryQueue|_sentQueryQueue|_activeQuery|activeQuery|parsedStatements|submittedNamedStatements|handlePacket/,
  ],
  [
    'a stream that is another one’s',
    /stream\.(write|push|emit)\s*=|removeAllListeners\('data'\)|listeners\('data'\)|stream\.on\('data'/,
  ],
];

const folder = projectFile('src');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

test('no source reaches into private parts of a library', () => {
  const found = files.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return inner.flatMap(([what, pattern]) => (pattern.test(text) ? [`${name}: ${what}`] : []));
  });
  expect(files.length).toBeGreaterThan(300);
  expect(found).toEqual([]);
});

test.each([
  "import { inspect } from 'graphql/jsutils/inspect.js';",
  "import Query from 'pg/lib/query.js';",
  "import { entityKind } from 'drizzle-orm/entity';",
  'class RowsQuery extends pg.Query {',
  '(pg.Query.prototype as unknown as RowsQuery).prepare.call(this, undescribed);',
  'const { client } = db._.session as unknown as Session;',
  "Pick<NodePgDatabase, 'select'>['_']",
  'for (const chunk of part.queryChunks) write(chunk);',
  'client._pulseQueryQueue();',
  'stream.write = gathered;',
  "stream.removeAllListeners('data');",
])('%s would be found', (line) => {
  expect(inner.some(([, pattern]) => pattern.test(line))).toBe(true);
});
