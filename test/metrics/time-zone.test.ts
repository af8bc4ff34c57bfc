import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { insertAccount } from '../support/factories.ts';
import { toGlobalId } from '../support/seals.ts';

let app: TestApp;
let alone: { named: string; unnamed: string };
let abroad: string;

beforeAll(async () => {
  app = await startApp({ timeZone: 'Asia/Kolkata' });
  await app.database.db.execute("update accounts set time_zone = 'Asia/Kathmandu'");
  alone = { unnamed: await zoneOf(''), named: await zoneOf(', filter: { accountId: { eq: "nonsense" } }') };
  const other = await insertAccount(app.database.db, { name: 'abroad', timeZone: 'America/New_York', region: 'US' });
  abroad = toGlobalId('Account', other.id);
});
afterAll(() => app.close());

async function zoneOf(args: string): Promise<string> {
  const { callMetrics } = await app.query<{ callMetrics: { timeZone: string } }>(
    `{ callMetrics(range: { calendar: TODAY } ${args}) { timeZone } }`,
  );
  return callMetrics.timeZone;
}

test('the only account decides, whatever the filter names', () => {
  expect(alone).toEqual({ unnamed: 'Asia/Kathmandu', named: 'Asia/Kathmandu' });
});

test('of several accounts, the one that the top level of the filter names decides, else the service', async () => {
  const home = toGlobalId('Account', app.account.id);
  const zones = {
    '': 'Asia/Kolkata',
    ', filter: null': 'Asia/Kolkata',
    ', filter: {}': 'Asia/Kolkata',
    [`, filter: { accountId: { eq: "${abroad}" } }`]: 'America/New_York',
    [`, filter: { accountId: { in: ["${abroad}"] } }`]: 'America/New_York',
    [`, filter: { accountId: { in: ["${abroad}", "${abroad}"] } }`]: 'America/New_York',
    [`, filter: { accountId: { in: ["${home}"] }, direction: { eq: INBOUND } }`]: 'Asia/Kathmandu',
    [`, filter: { accountId: { in: ["${abroad}", "${home}"] } }`]: 'Asia/Kolkata',
    ', filter: { accountId: { in: [] } }': 'Asia/Kolkata',
    [`, filter: { accountId: { ne: "${abroad}" } }`]: 'Asia/Kolkata',
    ', filter: { accountId: { eq: "nonsense" } }': 'Asia/Kolkata',
    [`, filter: { and: [{ accountId: { eq: "${abroad}" } }] }`]: 'Asia/Kolkata',
  };
  const found: Record<string, string> = {};
  for (const args of Object.keys(zones)) found[args] = await zoneOf(args);
  expect(found).toEqual(zones);
});

test('the zone that is asked for wins, null asks for none', async () => {
  const named = `filter: { accountId: { eq: "${abroad}" } }`;
  expect(await zoneOf(`, ${named}, timeZone: "Pacific/Chatham"`)).toBe('Pacific/Chatham');
  expect(await zoneOf(`, ${named}, timeZone: null`)).toBe('America/New_York');
});

test('hours and weekdays of more than 25 years are refused at once, whatever the zone: they would hold up everybody', async () => {
  const ask = (from: string, what: string) =>
    app.ask(
      `{ callMetrics(timeZone: "America/Sao_Paulo", range: { between: { from: "${from}", to: "9999-12-31T00:00:00Z" } }) { ${what} } }`,
    );
  for (const what of [
    'breakdown(by: [HOUR_OF_DAY]) { totalCount }',
    'breakdown(by: [DAY_OF_WEEK]) { totalCount }',
    'heatMap { dayOfWeek }',
  ]) {
    const { errors } = await ask('0001-01-01T00:00:00Z', what);
    expect(errors?.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'BAD_USER_INPUT', argument: ['range'] },
    ]);
    expect(errors?.[0]?.message).toContain('at most 25 years, such as from 9974-');
    expect((await ask('9974-12-31T06:00:00Z', what)).errors).toBeUndefined();
  }
  expect(
    (await ask('0001-01-01T00:00:00Z', 'totals { callCount } breakdown(by: [AGENT]) { totalCount }')).errors,
  ).toBeUndefined();
});
