import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scopes } from '../../src/access/viewer.ts';
import { accounts } from '../../src/accounts/account.table.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from '../../src/participants/participants.table.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls, insertRows } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';
import { type MadeRole, RoleMaker } from './make-role.ts';

let app: TestApp;
let roles: RoleMaker;
let role: MadeRole;

beforeAll(async () => {
  const masked = { name: 'masked', accounts: 'all' as const, scopes: scopes.filter((one) => one !== 'numbers') };
  app = await startApp({ viewerOf: () => masked });
  roles = new RoleMaker(app.database);
  role = await roles.make('masked', [app.account.id]);
});
afterAll(async () => {
  await roles.disconnect();
  await app.close();
  await roles.remove();
});

function charactersOf(set: string): string[] {
  const isIn = new RegExp(`^${set}$`, 'v');
  return Array.from({ length: 0x110000 }, (_, point) => point)
    .filter((point) => point > 0 && (point < 0xd800 || point > 0xdfff))
    .map((point) => String.fromCodePoint(point))
    .filter((character) => isIn.test(character));
}
const digits = charactersOf('\\p{Nd}');
const between = charactersOf('[[\\p{P}\\p{S}\\p{Z}\\p{C}\\p{M}]--[\\p{Co}\\p{Cn}]]');
const codes = [...new Set(getCountries().map((country) => getCountryCallingCode(country)))];

const character = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'0123456789') },
  { weight: 3, arbitrary: fc.constantFrom(...digits) },
  { weight: 4, arbitrary: fc.constantFrom(...' .-()/+') },
  { weight: 2, arbitrary: fc.constantFrom(...between) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '@',
      '\uff20',
      'b.c',
      '.भारत',
      'a',
      'İ',
      'र',
      '•',
      '•••••••',
      '😀',
      "'",
      '\\',
      '\n',
      '<',
      'e\u0301',
    ),
  },
);
const text = fc.array(character, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));
const e164 = fc
  .tuple(fc.oneof(fc.constantFrom(...codes), fc.constantFrom('999', '0', '21')), fc.stringMatching(/^\d{0,13}$/))
  .map((parts) => `+${parts.join('')}`);
const number = fc.option(fc.oneof({ weight: 4, arbitrary: e164 }, { weight: 1, arbitrary: text }), { freq: 5 });
const some = fc.option(text, { freq: 4 });

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const shownTexts = [
  'callSid',
  'direction',
  'status',
  'disposition',
  'outcome',
  'endedBy',
  'customerNumber',
  'customerPseudonym',
  'agentNumber',
  'agentName',
  'sourceNumber',
  'destinationNumber',
  'dialedNumber',
  'startedAt',
  'legAPickedAt',
  'answeredAt',
  'endedAt',
  'durationSeconds',
  'talkSeconds',
  'ivrSeconds',
  'ringSeconds',
  'waitSeconds',
  'coins',
  'keyPress',
  'hangupCause',
  'errorCode',
  'providerStatus',
  'providerDirection',
  'createdAt',
  'updatedAt',
];

/** Rows of a view under the names of the API. */
async function shown(view: string, key: string, names: readonly string[]): Promise<Record<string, unknown>[]> {
  const rows = await role.query(`select ${key}, ${names.map(snake).join(', ')} from bi.${view} order by ${key}`);
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, plain(row[snake(name)])])));
}
const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : value);

/** The same rows as GraphQL shows them, by their ids. */
async function answered(type: Parameters<typeof toGlobalId>[0], rowIds: readonly number[], names: readonly string[]) {
  const answers: Record<string, unknown>[] = [];
  for (let from = 0; from < rowIds.length; from += 100) {
    const ids = rowIds.slice(from, from + 100).map((id) => toGlobalId(type, id));
    const { nodes } = await app.query<{ nodes: Record<string, unknown>[] }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on ${type} { ${names.join(' ')} } } }`,
      { ids },
    );
    answers.push(...nodes);
  }
  return answers;
}

test('masked rows are what GraphQL shows without the scope numbers, letter by letter', async () => {
  const { db, pool } = app.database;
  const spec = fc.record({
    numbers: fc.tuple(number, number, number, number, number),
    texts: fc.tuple(some, some, some, some, some, text, text),
    end: fc.nat(4),
    keys: fc.option(fc.oneof(fc.stringMatching(/^[0-9#*]{0,5}$/), fc.constantFrom('😀', '😀1', '😀😀', 'é12', '९१२'))),
    email: fc.oneof(
      text,
      fc.tuple(text, text).map((parts) => parts.join('@')),
      fc.constantFrom('ravi@a.example.com', 'र@उदाहरण.भारत', '1@x', '@', 'a@b@c.d'),
    ),
  });
  let hidden = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(spec, { minLength: 60, maxLength: 90 }), async (specs) => {
      await pool.query('truncate calls, agents, campaigns, call_groups, virtual_numbers, customers');
      const accountId = app.account.id;
      const named = (i: number) => ({ accountId, name: specs[i]?.texts[0] ?? null });
      const made = await insertRows(
        db,
        agents,
        specs.map((one, i) => ({ ...named(i), number: `${one.numbers[0] ?? ''}#${i}`, email: one.email })),
      );
      const people = await insertRows(
        db,
        customers,
        specs.map((one, i) => ({ ...named(i), number: `${one.numbers[1] ?? '+9198'}${i}` })),
      );
      const written = {
        Agent: made,
        Customer: people,
        Campaign: await insertRows(
          db,
          campaigns,
          specs.map((one, i) => ({ ...named(i), campaignCode: `${one.texts[1]} ${i}` })),
        ),
        CallGroup: await insertRows(
          db,
          callGroups,
          specs.map((one, i) => ({ accountId, name: `${one.texts[2]} ${i}` })),
        ),
        VirtualNumber: await insertRows(
          db,
          virtualNumbers,
          specs.map((one, i) => ({ ...named(i), number: `${one.numbers[2]}${i}` })),
        ),
      };
      const rows = await insertCalls(
        db,
        specs.map((one, i) => {
          const [customerNumber, agentNumber, sourceNumber, destinationNumber, dialedNumber] = one.numbers;
          const [agentName, errorCode, providerStatus, providerDirection] = one.texts;
          const end = Array.from(one.numbers[one.end] ?? '')
            .slice(-8)
            .join('');
          return aCall({
            accountId,
            customerNumber,
            agentNumber,
            sourceNumber,
            destinationNumber,
            dialedNumber,
            agentName,
            errorCode,
            providerStatus,
            providerDirection,
            keyPress: one.keys,
            callSid: `${i % 3 === 0 ? one.texts[5] : 'sid'}${end}x${i}`,
            customerId: people[i]?.id ?? null,
            agentId: made[i]?.id ?? null,
            talkSeconds: i,
            startedAt: `2026-01-05T10:00:00.${String(i).padStart(3, '0')}Z`,
          });
        }),
      );
      const inView = await shown('calls_masked', 'call_key', shownTexts);
      expect(inView).toEqual(
        await answered(
          'Call',
          rows.map(({ id }) => id),
          shownTexts,
        ),
      );
      hidden += inView.filter(({ callSid }) => callSid === '•••••••').length;
      for (const [view, type, names] of [
        ['agents', 'Agent', ['name', 'number', 'email', 'firstCallAt', 'lastCallAt']],
        ['campaigns', 'Campaign', ['campaignCode', 'name']],
        ['call_groups', 'CallGroup', ['name']],
        ['virtual_numbers', 'VirtualNumber', ['number', 'name']],
        ['customers', 'Customer', ['number', 'pseudonym']],
      ] as const) {
        const ids = written[type].map(({ id }) => id);
        expect(await shown(view, `${snake(type).slice(1)}_key`, names)).toEqual(await answered(type, ids, names));
      }
      await db.update(accounts).set({ name: specs[0]?.texts[6] }).where(sql`id = ${accountId}`);
      expect(await shown('accounts', 'account_key', ['name', 'provider', 'timeZone', 'region', 'createdAt'])).toEqual(
        await answered('Account', [accountId], ['name', 'provider', 'timeZone', 'region', 'createdAt']),
      );
    }),
    { numRuns: 6 },
  );
  expect(hidden).toBeGreaterThan(5);
}, 120_000);

test('without the patterns of the service nothing is shown', async () => {
  await app.database.pool.query('delete from bi_masks');
  for (const view of ['calls_masked', 'agents', 'customers', 'accounts']) {
    expect(await role.query(`select * from bi.${view}`)).toEqual([]);
  }
});
