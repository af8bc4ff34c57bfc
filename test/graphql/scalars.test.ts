import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { aCall, insertCalls } from '../support/factories.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
  const { db } = app.database;
  const call = (told: Partial<Parameters<typeof aCall>[0]>) => aCall({ accountId: app.account.id, ...told });
  await insertCalls(db, [
    call({ callSid: 'first', startedAt: '2026-03-01T06:30:00.000Z', coins: '1.50', talkSeconds: 2_147_483_647 }),
    call({ callSid: 'second', startedAt: '2026-03-01T06:30:00.001Z', coins: '10.00', talkSeconds: 2_147_483_647 }),
    call({ callSid: 'third', startedAt: '2026-03-01T06:30:00.250Z', coins: '0.10', talkSeconds: 2_147_483_647 }),
    call({ callSid: 'none', startedAt: '2026-03-01T06:30:01.000Z', coins: null, talkSeconds: null }),
  ]);
});
afterAll(() => app.close());

const march = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" } }';

/** The CallSids of the calls that a filter matches, in the order of their starts. */
async function matched(filter: Record<string, unknown>): Promise<string[]> {
  const { calls } = await app.query<{ calls: { nodes: { callSid: string }[] } }>(
    `query ($filter: CallFilter) {
      calls(filter: $filter, orderBy: { field: STARTED_AT, direction: ASC }) { nodes { callSid } }
    }`,
    { filter },
  );
  return calls.nodes.map(({ callSid }) => callSid);
}

describe('DateTime', () => {
  test('is shown in UTC with three fractional digits', async () => {
    expect(await app.query('{ calls(orderBy: { direction: ASC }) { nodes { startedAt endedAt } } }')).toEqual({
      calls: {
        nodes: [
          { startedAt: '2026-03-01T06:30:00.000Z', endedAt: null },
          { startedAt: '2026-03-01T06:30:00.001Z', endedAt: null },
          { startedAt: '2026-03-01T06:30:00.250Z', endedAt: null },
          { startedAt: '2026-03-01T06:30:01.000Z', endedAt: null },
        ],
      },
    });
  });

  test.each([
    '2026-03-01T06:30:00.001Z',
    '2026-03-01T12:00:00.001+05:30',
    '2026-02-28T22:30:00.001-08:00',
    '2026-03-01T06:30:00.001-00:00',
    '2026-03-02T06:29:00.001+23:59',
    '2026-03-01t06:30:00.001z',
    '2026-03-01T06:30:00.001000000Z',
  ])('%s is the same instant in every spelling', async (instant) => {
    expect(await matched({ startedAt: { gte: instant, lte: instant } })).toEqual(['second']);
    expect(await matched({ startedAt: { gt: instant } })).toEqual(['third', 'none']);
    expect(await matched({ startedAt: { lt: instant } })).toEqual(['first']);
  });

  test('reaches from the year 1 to 9999', async () => {
    const all = ['first', 'second', 'third', 'none'];
    expect(await matched({ startedAt: { gte: '0001-01-01T00:00:00Z', lt: '9999-12-31T23:59:59.999Z' } })).toEqual(all);
    const whole = 'range: { between: { from: "0001-01-01T00:00:00Z", to: "9999-12-31T23:59:59.999Z" } }';
    const { callMetrics } = await app.query<{ callMetrics: unknown }>(
      `{ callMetrics(${whole}) { from to totals { callCount } } }`,
    );
    expect(callMetrics).toEqual({
      from: '0001-01-01T00:00:00.000Z',
      to: '9999-12-31T23:59:59.999Z',
      totals: { callCount: 4 },
    });
  });

  test.each([
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59.999-00:01',
    '10000-01-01T00:00:00Z',
    '+2026-03-01T06:30:00Z',
    '2026-03-01T06:30:60Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T06:30Z',
    '2026-03-01 06:30:00Z',
    '2026-03-01T06:30:00+0530',
    '2026-03-01T06:30:00+24:00',
    '2026-03-01T06:30:00',
    '2026-02-29T00:00:00Z',
    '2026-03-01T06:30:00.Z',
    '2026-03-01T06:30:00,5Z',
    '２０２６-03-01T06:30:00Z',
    ' 2026-03-01T06:30:00Z',
    'now',
    'infinity',
  ])('%j is none', async (text) => {
    const { errors } = await app.ask(
      'query ($t: DateTime) { calls(filter: { startedAt: { gte: $t } }) { nodes { id } } }',
      {
        t: text,
      },
    );
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: ['filter', 'startedAt', 'gte'] });
  });
});

describe('Decimal', () => {
  test('is exact, a string without trailing zeros', async () => {
    const { calls, callMetrics } = await app.query<{ calls: unknown; callMetrics: unknown }>(`{
      calls(orderBy: { direction: ASC }) { nodes { coins } }
      callMetrics(${march}) { totals { coinsTotal } }
    }`);
    expect(calls).toEqual({ nodes: [{ coins: '1.5' }, { coins: '10' }, { coins: '0.1' }, { coins: null }] });
    expect(callMetrics).toEqual({ totals: { coinsTotal: '11.6' } });
  });

  test('compares by value', async () => {
    expect(await matched({ coins: { eq: '1.500' } })).toEqual(['first']);
    expect(await matched({ coins: { eq: '0010' } })).toEqual(['second']);
    expect(await matched({ coins: { gt: '0.1', lt: '10.0' } })).toEqual(['first']);
    expect(await matched({ coins: { gte: '0.10000000000000000000', lte: '1.5' } })).toEqual(['first', 'third']);
    expect(await matched({ coins: { gt: '-1' } })).toEqual(['first', 'second', 'third']);
    expect(await matched({ coins: { isNull: true } })).toEqual(['none']);
    expect(await matched({ coins: { lt: `1${'0'.repeat(29)}` } })).toEqual(['first', 'second', 'third']);
  });

  test.each(['1e5', '0x10', '1.', '.5', '+1', '1,5', '', ' 1', '--1', 'NaN', 'Infinity', `1${'0'.repeat(31)}`, '１'])(
    '%j is none',
    async (text) => {
      const { errors } = await app.ask(
        'query ($d: Decimal) { calls(filter: { coins: { eq: $d } }) { nodes { id } } }',
        {
          d: text,
        },
      );
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: ['filter', 'coins', 'eq'] });
    },
  );

  test('of nothing is "0" as a total', async () => {
    const { callMetrics } = await app.query<{ callMetrics: unknown }>(
      '{ callMetrics(range: { last: "PT1S" }) { totals { coinsTotal } } }',
    );
    expect(callMetrics).toEqual({ totals: { coinsTotal: '0' } });
  });
});

test('SafeInt: sums of seconds go beyond 32 bits, as JSON numbers', async () => {
  const { callMetrics } = await app.query<{ callMetrics: unknown }>(
    `{ callMetrics(${march}) { totals { callCount talkTime { sum count average max } } } }`,
  );
  expect(callMetrics).toEqual({
    totals: {
      callCount: 4,
      talkTime: { sum: 3 * 2_147_483_647, count: 3, average: 2_147_483_647, max: 2_147_483_647 },
    },
  });
});

test.each(['UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5', 'US/Eastern'])(
  'TimeZone: %s is known and told as it was asked for',
  async (zone) => {
    const { callMetrics } = await app.query<{ callMetrics: unknown }>(
      `query ($zone: TimeZone) { callMetrics(${march}, timeZone: $zone) { timeZone } }`,
      { zone },
    );
    expect(callMetrics).toEqual({ timeZone: zone });
  },
);

test('every zone that is accepted can also be answered in', async () => {
  const { rows } = await app.database.db.execute<{ name: string }>('select name from pg_timezone_names order by name');
  const refused: string[] = [];
  let answered = 0;
  // As many at once as an operation may have root fields.
  for (let from = 0; from < rows.length; from += 30) {
    const names = rows.slice(from, from + 30).map(({ name }) => name);
    const aliases = names.map((name, i) => `z${i}: callMetrics(${march}, timeZone: "${name}") { timeZone }`);
    const { data, errors = [] } = await app.ask(`{ ${aliases.join('\n')} }`);
    refused.push(...errors.map(({ path }) => names[Number(String(path?.[0]).slice(1))] ?? ''));
    answered += Object.values(data ?? {}).filter((answer) => answer !== null).length;
  }
  // Those that PostgreSQL has and that are no places: the same clock twice, with and without leap seconds, and none.
  expect(refused.filter((name) => !/^(posix|right)\/|^(localtime|Factory|posixrules)$/.test(name))).toEqual([]);
  expect(answered).toBeGreaterThan(400);
});

test('PhoneNumber: any spelling means the number as it is stored', async () => {
  await app.send({
    CallSid: 'spelt',
    Direction: 'IVR',
    SourceNumber: '098123 45678',
    DestinationNumber: '0806286123',
    StartTime: '2026-05-01 10:00:00',
  });
  for (const spelling of ['9812345678', '09812345678', '+91 98123 45678', '+91-98123-45678', '(0)98123.45678']) {
    expect(await matched({ customerNumber: { eq: spelling } })).toEqual(['spelt']);
    expect(await matched({ customerNumber: { in: ['1', spelling] } })).toEqual(['spelt']);
    const { customerByNumber } = await app.query<{ customerByNumber: unknown }>(
      'query ($number: PhoneNumber!) { customerByNumber(number: $number) { number } }',
      { number: spelling },
    );
    expect(customerByNumber).toEqual({ number: '+919812345678' });
  }
  expect(await matched({ customerNumber: { startsWith: '9198', endsWith: '678' } })).toEqual(['spelt']);
  expect(await matched({ customerNumber: { startsWith: '+9198' } })).toEqual(['spelt']);
  expect(await matched({ customerNumber: { eq: '9812345679' } })).toEqual([]);
});
