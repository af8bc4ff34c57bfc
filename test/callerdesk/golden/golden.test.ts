import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describePayload, digest } from './describe-read.ts';
import { compressed, fixturePayloads, oddPayloads } from './payloads.ts';
import {
  callListForm,
  callListPath,
  column,
  columnNames,
  inflate,
  readCallListAnswer,
  readSidTime,
  readStatus,
} from './read-as-today.ts';

// GOLDEN=write makes the file anew: only where what CallerDesk's deliveries mean is to change, or a payload was added.
const file = new URL('golden.jsonl', import.meta.url);

const words = ['ANSWER', 'NO ANSWER (0-Agent)', 'Cancel-Customer', 'BUSY (17-customer)', 'AbandonedCall', 'Voice Mail'];
const otherWords = ['', 'Picked', 'Leg B Answer', 'Leg A Cancel - Customer Busy', 'UN-AVAIL', 'Gone fishing'];

function statusWords(): unknown {
  const all = [...words, ...otherWords];
  const readings = (['REPORT', 'LIVE', 'ADDITION'] as const).flatMap((kind) =>
    (['INBOUND', 'OUTBOUND', 'UNKNOWN'] as const).flatMap((direction) =>
      all.flatMap((status) =>
        all.flatMap((callStatus) =>
          [null, '16', 'CANCEL'].map((sentHangupCause) => [
            kind,
            direction,
            status,
            callStatus,
            sentHangupCause,
            readStatus({
              kind,
              direction,
              sentStatus: status || null,
              sentCallStatus: callStatus || null,
              sentHangupCause,
            }),
          ]),
        ),
      ),
    ),
  );
  return { of: readings.length, digest: digest(readings), some: readings.filter((_, i) => i % 61 === 0) };
}

const answers = [
  '{"type":"success","result":[{"sid_id":"1"}]}',
  '{"type":"success","result":[]}',
  '{"data":{"rows":[{"sid_id":"1"}]}}',
  '{"type":"error","message":"No record found"}',
  '{"type":"ERROR","message":" Invalid authcode "}',
  '{"type":"error"}',
  '[]',
  '[{"sid_id":"1"}]',
  '7',
  '<html>',
];
const otherColumns = ['Call Sid', 'sid_id', 'Flow_type', 'startdatetime', 'END TIME', 'caller_num', 'Remarks', ''];
const sids = ['1672649960.960', '1672649960', '8812345', '1672649960.960xxxx', '99999999999.1', 'abc', ''];

type Told = [name: string, value: unknown];

/** Of each fixture the first form in full, and of the others what differs. */
function describeFixtures(): Told[] {
  return fixturePayloads().flatMap((forms) => {
    let like: unknown;
    return forms.map(([name, payload], i): Told => {
      const described = describePayload(payload, { like, isWhole: i === 0 });
      like ??= described[0]?.facts;
      return [name, described];
    });
  });
}

/** Everything that is kept of what CallerDesk's code does, one a line. */
function describeAll(): string[] {
  const told: Told[] = [
    ...describeFixtures(),
    ...oddPayloads().map(([name, payload]): Told => [name, describePayload(payload)]),
    ...compressed.map(
      ([name, body, encoding]): Told => [`compressed: ${name}`, inflate(body, encoding).toString('utf8').slice(0, 100)],
    ),
    ...[...columnNames, ...otherColumns].map((name): Told => [`column ${name}`, column(name)]),
    ...sids.map((sid): Told => [`the time in CallSid ${sid}`, readSidTime(sid)]),
    ...answers.map((answer): Told => [`the list answers ${answer}`, readCallListAnswer(answer)]),
    ['the list is asked', [callListPath, callListForm({ authcode: 'a b', day: '2026-01-02', page: 3 }).toString()]],
    ['status words', statusWords()],
  ];
  return told.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
}

test('what CallerDesk sends is read, told apart and erased as it was, to the byte', () => {
  const all = describeAll();
  if (process.env.GOLDEN === 'write') writeFileSync(file, `${all.join('\n')}\n`);
  const kept = readFileSync(file, 'utf8').trimEnd().split('\n');
  const [were, are] = [new Set(kept), new Set(all)];
  expect({ lines: are.size, changed: all.filter((line) => !were.has(line)) }).toEqual({
    lines: were.size,
    changed: kept.filter((line) => !are.has(line)),
  });
}, 60_000);
