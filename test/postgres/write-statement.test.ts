import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { alias, PgDialect } from 'drizzle-orm/pg-core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calls } from '../../src/calls/call.table.ts';
import { agents } from '../../src/participants/participants.table.ts';
import { writeStatement } from '../../src/postgres/write-statement.ts';

const dialect = new PgDialect();
const other = alias(agents, 'other');

/** Parts of statements, and what they are put together to. */
const parts = fc.letrec<{ part: unknown; statement: SQL }>((tie) => ({
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, undefined, 0, 'it’s', true, 7n, calls, agents, other, calls.agentId, other.name),
    fc.constantFrom<unknown>(
      [1, 2],
      ['a'],
      [],
      sql.param([1, 2]),
      sql.param(null),
      sql.param('x'),
      sql.raw('$1 "raw"'),
    ),
    fc.constantFrom<unknown>(sql.identifier('odd "name"'), sql.placeholder('later'), sql`${1}`.inlineParams()),
    fc.constantFrom<unknown>(eq(calls.id, 5), eq(calls.startedAt, '2026-01-01T00:00:00.000Z'), isNull(agents.email)),
    fc.constantFrom<unknown>(inArray(calls.agentId, [1, 2]), and(eq(agents.name, 'a'), eq(agents.number, '1'))),
    fc.constantFrom<unknown>(sql`count(*)`.as('count'), eq(calls.agentId, other.id)),
    tie('statement'),
  ),
  statement: fc.array(tie('part'), { maxLength: 4 }).map((all) => sql`select ${sql.join(all as SQL[], sql`, `)} end`),
}));

test('a statement is written as drizzle writes it', () => {
  fc.assert(
    fc.property(parts.statement, (statement) => {
      const { sql: text, params } = dialect.sqlToQuery(statement);
      expect(writeStatement(statement)).toMatchObject({ sql: text, params });
    }),
    { numRuns: 2000 },
  );
});
