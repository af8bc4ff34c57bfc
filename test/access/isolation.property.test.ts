import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSchema } from '../../src/graphql/schema.ts';
import { projectFile } from '../../src/project-file.ts';
import type { GraphqlAnswer } from '../support/app.ts';
import { type Known, type Random, RandomQueries } from './random-queries.ts';
import { startTwoAccounts, type TwoAccounts } from './two-accounts.ts';

/** How many queries are drawn for each seed. */
const count = Number(process.env.ISOLATION_COUNT ?? 80);
const schema = buildSchema();

/** A generator of 32 bits: the same numbers for the same seed. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Calls of both accounts with much in common: CallSids, customers, names, times. */
function randomDelivery(random: Random) {
  const oneOf = (...values: unknown[]) => values[Math.floor(random() * values.length)];
  const two = (most: number) => String(Math.floor(random() * most)).padStart(2, '0');
  return (n: number, word: string): Record<string, unknown> => ({
    type: 'call_report',
    CallSid: oneOf(`call-${n}`, `${word}-${n}`, `call-${n}-9812345678`),
    Direction: oneOf('IVR', 'WEBOBD', 'SIDEWAYS'),
    Status: oneOf('ANSWER', 'NO ANSWER', 'BUSY', 'CANCEL', `${word} 9988776655`),
    SourceNumber: oneOf('9812345678', '9812345679', `97777${word.length}${two(99)}12`, 'anonymous'),
    DestinationNumber: oneOf('08062861230', `0806286${word.length}999`),
    DialWhomNumber: oneOf('9281234501', `92812${two(99)}501`, ''),
    receiver_name: oneOf('Asha', word, `${word} 98123 45678`),
    agent_email: oneOf('', `${two(5)}@${word}.example`),
    call_group: oneOf('Sales', `group ${word}`, ''),
    campid: oneOf('77', `${word.length}00`, ''),
    StartTime: `2026-03-${String(1 + Math.floor(random() * 28)).padStart(2, '0')} ${two(24)}:${two(60)}:${two(60)}`,
    CallDuration: oneOf('0', '12', '60', '600'),
    TalkDuration: oneOf('0', '5', '40', ''),
    coins: oneOf('1', '1.5', '2.25'),
    CallRecordingUrl: oneOf('', `https://records.example/${word}/${n}`),
  });
}

/** The month of all calls. */
const march = '{ between: { from: "2026-03-01T00:00:00+05:30", to: "2026-04-01T00:00:00+05:30" } }';

/** What an answer says. Which request it was is chance; instants with milliseconds, which no call has, are of the moment of asking. */
function told({ data, errors, extensions }: GraphqlAnswer): unknown {
  // In which order fields fail, and how many do below one that becomes null by it, is chance, too.
  const failures = new Set(
    errors?.map(({ message, extensions: { requestId: _, ...code } }) => JSON.stringify({ message, code })),
  );
  // So is how much had been answered by then.
  const cost = errors ? extensions?.cost?.requested : extensions?.cost;
  const text = JSON.stringify({ data, cost, errors: [...failures].sort() });
  const ofAnyMoment = text.replaceAll(/"(waitingSeconds|longestWaitSeconds)":\d+/g, '"$1":"(now)"');
  return JSON.parse(ofAnyMoment.replaceAll(/T\d\d:\d\d:\d\d\.(?!000)\d{3}Z/g, 'T(now)'));
}

describe.each([1, 2])('accounts with random calls, seed %i', (seed) => {
  let world: TwoAccounts;
  const random = randomFrom(seed);
  beforeAll(async () => {
    world = await startTwoAccounts(randomDelivery(random));
  });
  afterAll(() => world?.close());

  const bothSay = async (query: string, variables?: Record<string, unknown>) => {
    const bound = await world.ask(world.both, 'own', query, variables);
    const alone = await world.ask(world.alone, 'own', query, variables);
    expect(told(bound), query).toEqual(told(alone));
    return bound;
  };

  test('every example is answered as if there were no other account', async () => {
    const folder = projectFile('docs', 'queries');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.graphql'))) {
      // Both are asked one after the other: a range that ends now is another for each.
      const text = readFileSync(join(folder, file), 'utf8').replaceAll(/\{ (?:last|calendar): [^}]+ \}/g, march);
      await bothSay(text);
    }
  });

  test(`${count} random queries are answered as if there were no other account`, async () => {
    const known = await knownOf(world);
    // Both are asked one after the other: what depends on the moment differs.
    const moments = [
      'TimeRangeInput.last',
      'TimeRangeInput.calendar',
      'Query.accessLog',
      'Query.serverTime',
      'Call.waitingSeconds',
      'LiveBoard.serverTime',
      'LiveFigures.longestWaitSeconds',
      'LiveFigures.lastHour',
    ];
    const queries = new RandomQueries(schema, random, known, moments);
    let withData = 0;
    let refused = 0;
    for (let n = 0; n < count; n++) {
      const answer = await bothSay(queries.next());
      if (answer.data && Object.values(answer.data).some((value) => value !== null)) withData += 1;
      if (answer.errors) refused += 1;
      known.cursors.push(...cursorsIn(answer.data));
    }
    // Most of them ask for something, and of what there is.
    expect(withData).toBeGreaterThan(count / 3);
    expect(refused).toBeLessThan(count * 0.8);
  });
});

/** Ids and words of both accounts. */
async function knownOf(world: TwoAccounts): Promise<Known & { cursors: string[] }> {
  const { data } = await world.ask(
    world.both,
    'all',
    `{ accounts { id name } calls(first: 40) { edges { cursor } nodes { id callSid customerNumber agentName providerStatus } }
      agents { nodes { id name number email } } campaigns { nodes { id campaignCode } } callGroups { nodes { id name } }
      virtualNumbers { nodes { id number } } customers { nodes { id number } } webhookEvents(first: 20) { nodes { id } } }`,
  );
  const texts = new Set<string>();
  const ids = new Set<string>(['no-id']);
  const visit = (value: unknown, name: string): void => {
    if (Array.isArray(value)) for (const one of value) visit(one, name);
    else if (value !== null && typeof value === 'object') {
      for (const [key, one] of Object.entries(value)) visit(one, key);
    } else if (typeof value === 'string' && name === 'id') ids.add(value);
    else if (typeof value === 'string' && name !== 'cursor') texts.add(value);
  };
  visit(data, '');
  const instants = [1, 5, 9, 15, 22, 28].flatMap((day) =>
    ['00:00:00.000Z', '07:13:00.000Z'].map((time) => `2026-03-${String(day).padStart(2, '0')}T${time}`),
  );
  return { ids: [...ids], texts: [...texts], instants, cursors: cursorsIn(data) };
}

function cursorsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(cursorsIn);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) =>
    /cursor/i.test(name) && typeof one === 'string' ? [one] : cursorsIn(one),
  );
}
