import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asciiDigits } from '../../src/phone-numbers/ascii-digits.ts';
import { startApp, type TestApp } from '../support/app.ts';

/** Each letter in one character, and in a letter and a mark; the nukta's have no composed form in NFC. */
const names = ['José Álvarez', 'Jürgen', 'क़ासिम ज़ैदी', 'Ǆemal Ångström', 'Nguyễn Thị Ánh', 'J\u030cana'];

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  const spelt = names.flatMap((name) => [name.normalize('NFC'), name.normalize('NFD'), name]);
  for (const [i, name] of spelt.entries()) {
    const sid = `16726499${String(60 + i)}.${1000 + i}`;
    const of = { SourceNumber: '9812345678', DestinationNumber: '08062861230', Direction: 'IVR', Status: 'ANSWER' };
    const times = { StartTime: '2023-01-02 14:29:20', EndTime: '2023-01-02 14:30:20', TalkDuration: '40' };
    const agent = { DialWhomNumber: `92812345${String(10 + i)}`, receiver_name: name, call_group: `Team ${name} ${i}` };
    expect(await app.send({ CallSid: sid, ...of, ...times, ...agent })).toBe(200);
  }
});
afterAll(() => app.close());

async function count(field: 'calls' | 'agents' | 'callGroups', filter: Record<string, unknown>): Promise<number> {
  const type = { calls: 'CallFilter', agents: 'AgentFilter', callGroups: 'CallGroupFilter' }[field];
  const found = await app.query<Record<string, { totalCount: number }>>(
    `query ($filter: ${type}) { ${field}(filter: $filter) { totalCount } }`,
    { filter },
  );
  return found[field]?.totalCount ?? -1;
}

describe.each(names)('%s', (name) => {
  const spellings = [name, name.normalize('NFC'), name.normalize('NFD')];

  test('is found in every form of its letters', async () => {
    for (const spelling of spellings) {
      const part = spelling.slice(0, spelling.includes(' ') ? spelling.indexOf(' ') : undefined);
      const other = part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase();
      const found = {
        eq: await count('calls', { agentName: { eq: spelling } }),
        in: await count('calls', { agentName: { in: [spelling, 'nobody'] } }),
        contains: await count('calls', { agentName: { contains: part } }),
        otherCase: await count('calls', { agentName: { contains: other } }),
        startsWith: await count('calls', { agentName: { startsWith: part } }),
        agents: await count('agents', { name: { eq: spelling } }),
        groups: await count('callGroups', { name: { contains: `Team ${spelling} ` } }),
        groupsOfCalls: await count('calls', { callGroupName: { contains: spelling } }),
      };
      expect(found).toEqual({
        eq: 3,
        in: 3,
        contains: 3,
        otherCase: 3,
        startsWith: 3,
        agents: 3,
        groups: 3,
        groupsOfCalls: 3,
      });
      expect(await count('calls', { agentName: { ne: spelling } })).toBe(3 * (names.length - 1));
      expect(await count('calls', { agentName: { notIn: [spelling] } })).toBe(3 * (names.length - 1));
    }
  });
});

test('a letter without its mark is another letter', async () => {
  expect(await count('calls', { agentName: { contains: 'Jose' } })).toBe(0);
});

test.each([
  ['Devanagari', '९८१२३४५६७८'],
  ['Arabic', '٩٨١٢٣٤٥٦٧٨'],
  ['Persian', '۹۸۱۲۳۴۵۶۷۸'],
  ['Tamil', '௯௮௧௨௩௪௫௬௭௮'],
  ['full width', '＋９１ ９８１２３ ４５６７８'],
  ['mixed', '98१२345678'],
])('a number in %s digits is found', async (_script, number) => {
  expect(await count('calls', { customerNumber: { eq: number } })).toBe(3 * names.length);
  expect(await count('calls', { customerNumber: { in: [number] } })).toBe(3 * names.length);
  expect(await count('calls', { customerNumber: { endsWith: number.slice(-4) } })).toBe(3 * names.length);
  expect(await count('calls', { customerNumber: { startsWith: '९१९८' } })).toBe(3 * names.length);
  const { customerByNumber } = await app.query<{ customerByNumber: unknown }>(
    'query ($number: PhoneNumber!) { customerByNumber(number: $number) { number } }',
    { number },
  );
  expect(customerByNumber).toEqual({ number: '+919812345678' });
});

test('every digit of every script is the digit that it stands for', () => {
  let digits = 0;
  for (let code = 0; code < 0x110000; code += 1) {
    const letter = code >= 0xd800 && code < 0xe000 ? '' : String.fromCodePoint(code);
    if (!/^\p{Nd}$/u.test(letter)) continue;
    digits += 1;
    const read = asciiDigits(letter);
    expect(read).toMatch(/^[0-9]$/);
    // Where Unicode itself says which one it is, and by its place in its script.
    const plain = letter.normalize('NFKC');
    if (/^[0-9]$/.test(plain)) expect(read).toBe(plain);
  }
  expect(digits).toBeGreaterThan(600);
  expect(asciiDigits('०१२३४५६७८९ 𝟎𝟗 ٠٩ x½²')).toBe('0123456789 09 09 x½²');
});

describe('a percentile below the first', () => {
  const ask = (args: string) =>
    app.ask(`{ callMetrics(range: { last: "P10Y" }) { totals { talkTime { percentile(${args}) } } } }`);

  test.each([
    ['0.95', '95'],
    ['0.5', '50'],
    ['0.999', '99.9'],
    ['0.07', '7'],
    ['0.1', '10'],
  ])('%s is asked back: %s?', async (p, likely) => {
    const { errors } = await ask(`p: ${p}`);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: ['p'] });
    expect(errors?.[0]?.message).toContain(`is ${likely} meant`);
    expect(errors?.[0]?.message).toContain('belowOne: true');
  });

  test('is answered where it is meant so', async () => {
    for (const args of ['p: 0.1, belowOne: true', 'p: 95, belowOne: true', 'p: 1', 'p: 99.9']) {
      expect((await ask(args)).errors).toBeUndefined();
    }
  });
});
