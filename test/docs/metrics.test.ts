import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { startApp, type TestApp } from '../support/app.ts';

const text = readFileSync(projectFile('docs', 'metrics.md'), 'utf8');

/** The cells of the tables that have this first heading. */
function rowsOf(heading: string): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, i) => {
    if (!line.startsWith(`| ${heading} |`)) return [];
    const rows = lines.slice(i + 2);
    const end = rows.findIndex((row) => !row.startsWith('|'));
    return rows.slice(0, end).map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  });
}

const agentNumbers: Record<string, string> = { Asha: '9281000001', Ravi: '9281000002' };

/** A row of the document's calls as the provider sends it. */
function deliveryOf(row: string[]): Record<string, string> {
  const [call, direction, status, customer, agent, ...rest] = row.map((cell) => (cell === '-' ? '' : cell));
  const [start, legA, legB, picked, end, coins] = rest;
  const at = (time = '') => (time === '' ? '' : `2026-03-02 ${time}`);
  const agentNumber = agentNumbers[agent ?? ''] ?? '';
  const isOut = direction === 'WEBOBD';
  return {
    type: end === '' ? 'live_call' : 'call_report',
    CallSid: `example-${call}`,
    Direction: direction ?? '',
    Status: status ?? '',
    SourceNumber: (isOut ? agentNumber : customer) ?? '',
    DialWhomNumber: (isOut ? customer : agentNumber) ?? '',
    DestinationNumber: '08062861230',
    receiver_name: agent ?? '',
    StartTime: at(start),
    LegA_Picked_time: at(legA),
    LegB_Start_time: at(legB),
    LegB_Picked_time: at(picked),
    EndTime: at(end),
    coins: coins ?? '',
  };
}

const figures = rowsOf('Field').map(([field = '', , answer = '']) => ({
  field: field.slice(1, -1),
  answer: JSON.parse(answer.slice(1, -1)) as unknown,
}));
const range = 'range: { between: { from: "2026-03-02T10:00:00+05:30", to: "2026-03-02T12:00:00+05:30" } }';

describe('the worked examples of docs/metrics.md', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    for (const row of rowsOf('Call')) expect(await app.send(deliveryOf(row))).toBe(200);
  });
  afterAll(() => app?.close());

  test('there are ten calls, and every field of CallMetrics is worked out', async () => {
    expect(rowsOf('Call')).toHaveLength(10);
    const { __type } = await app.query<{ __type: { fields: { name: string }[] } }>(
      '{ __type(name: "CallMetrics") { fields { name } } }',
    );
    const shown = new Set(figures.map(({ field }) => /^\w+/.exec(field)?.[0]));
    expect(new Set(__type.fields.map(({ name }) => name))).toEqual(shown);
  });

  test.each(figures)('$field', async ({ field, answer }) => {
    const { callMetrics } = await app.query<{ callMetrics: { totals: { it: unknown } } }>(
      `{ callMetrics(${range}) { totals { it: ${field} } } }`,
    );
    expect(callMetrics.totals.it).toEqual(answer);
  });
});
