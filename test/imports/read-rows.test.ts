import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRows } from '../../src/imports/read-rows.ts';
import type { ImportedRow } from '../../src/webhook/read-imported.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(content: string | Buffer, size = 1_000_000): Promise<ImportedRow[]> {
  const rows: ImportedRow[] = [];
  for await (const some of readRows(pieces(Buffer.from(content), size))) rows.push(...some);
  return rows;
}

/** What was cut out: bodies as text, and of broken rows why. */
async function cut(content: string | Buffer, size?: number): Promise<[where: string, body: string, broken?: string][]> {
  const rows = await rowsOf(content, size);
  return rows.map(({ where, body, broken }) =>
    broken === undefined ? [where, body.toString()] : [where, body.toString(), broken],
  );
}

describe('the format is told by the content', () => {
  const [a, b] = ['{"CallSid":"1","n":1.50}', '{"CallSid":"2"}'];
  it.each<[what: string, content: string | Buffer, rows: [string, string][]]>([
    [
      'JSON lines',
      `${a}\n${b}\n`,
      [
        ['line 1', a],
        ['line 2', b],
      ],
    ],
    [
      'JSON lines without a last newline, with blank ones',
      `\n${a}\r\n\n  ${b}`,
      [
        ['line 2', a],
        ['line 4', `  ${b}`],
      ],
    ],
    ['one JSON line', a, [['line 1', a]]],
    [
      'a JSON list',
      `[${a}, ${b}]`,
      [
        ['line 1, row 1', a],
        ['line 1, row 2', b],
      ],
    ],
    [
      'a JSON list with a row on each line',
      `[\n${a},\n${b}\n]\n`,
      [
        ['line 2, row 1', a],
        ['line 3, row 2', b],
      ],
    ],
    [
      'objects printed over several lines',
      '{\n"CallSid": "1"\n}\n{\n"CallSid": "2"\n}',
      [
        ['line 1, row 1', '{\n"CallSid": "1"\n}'],
        ['line 4, row 2', '{\n"CallSid": "2"\n}'],
      ],
    ],
    [
      'an object with rows',
      `{"type":"success","result":[${a},${b}],"total":2}`,
      [
        ['line 1, row 1', a],
        ['line 1, row 2', b],
      ],
    ],
    ['rows deeper in an object', `{"n":[1],"data":{"e":[],"rows":\n[\n${a}\n]}}`, [['line 3, row 1', a]]],
    ['CSV', 'CallSid,n\n1,"a, ""b"""\n', [['line 2', '{"CallSid":"1","n":"a, \\"b\\""}']]],
    ['CSV with semicolons', 'CallSid; n\r\n1;2\r\n\r\n', [['line 2', '{"CallSid":"1","n":"2"}']]],
    ['CSV of the call list, with tabs', 'id\tsid_id\n7\t1', [['line 2', '{"id":"7","sid_id":"1"}']]],
    ['a mark of UTF-8 before it', `\ufeff[${b}]`, [['line 1, row 1', b]]],
    [
      'gzip',
      gzipSync(`${a}\n${b}`),
      [
        ['line 1', a],
        ['line 2', b],
      ],
    ],
  ])('%s', async (_what, content, rows) => {
    expect(await cut(content)).toEqual(rows);
    for (const size of [1, 7]) expect(await cut(content, size)).toEqual(rows);
  });

  it.each([
    ['', 'The file is empty.'],
    [' \n ', 'The file is empty.'],
    ['name,age\nx,1\n', 'neither JSON nor CSV whose first line names columns of calls'],
  ])('and %j is refused', async (content, said) => {
    await expect(rowsOf(content)).rejects.toThrow(said);
  });

  it('UTF-16 is refused with what to do', async () => {
    await expect(rowsOf(Buffer.from('\ufeffCallSid', 'utf16le'))).rejects.toThrow(
      'The file is UTF-16. Save it as UTF-8.',
    );
  });
});

describe('a broken row', () => {
  it('of JSON lines is a row like any other: reading it says what is wrong', async () => {
    expect(await cut('{"CallSid":"1"\n{"CallSid":"2"}\nnonsense\n{"CallSid":"3"}')).toEqual([
      ['line 1', '{"CallSid":"1"'],
      ['line 2', '{"CallSid":"2"}'],
      ['line 3', 'nonsense'],
      ['line 4', '{"CallSid":"3"}'],
    ]);
  });

  it('of a list may be no object', async () => {
    expect((await cut('[{"CallSid":"1"},null,"a]",7, [1,{"x":2}],{"CallSid":"2"}]')).map(([, body]) => body)).toEqual([
      '{"CallSid":"1"}',
      'null',
      '"a]"',
      '7',
      '[1,{"x":2}]',
      '{"CallSid":"2"}',
    ]);
  });

  it('at the end of a list that was cut off says so', async () => {
    expect(await cut('[{"CallSid":"1"},{"CallSid":"2')).toEqual([
      ['line 1, row 1', '{"CallSid":"1"}'],
      ['line 1, row 2', '{"CallSid":"2', 'ends in the middle'],
    ]);
  });

  it('of CSV that nobody ended takes no other with it', async () => {
    const rows = await cut('CallSid,n\n1,"x\n2,b\n3,"y\nz"\n4,5,6\n5\n6,c,\n7,"d');
    expect(rows).toEqual([
      ['line 2', '1,"x', 'a quoted value in it does not end'],
      ['line 3', '{"CallSid":"2","n":"b"}'],
      ['line 4', '{"CallSid":"3","n":"y\\nz"}'],
      ['line 6', '4,5,6', 'has 3 values, where the first line names 2 columns'],
      ['line 7', '5', 'has 1 values, where the first line names 2 columns'],
      ['line 8', '{"CallSid":"6","n":"c"}'],
      ['line 9', '7,"d', 'a quoted value in it does not end'],
    ]);
  });

  it('that is longer than 1 MB is kept in part, and in lines the next one is read', async () => {
    const long = `{"CallSid":"1","n":"${'x'.repeat(1_100_000)}"}`;
    const lines = await cut(`{"CallSid":"0"}\n${long}\n{"CallSid":"2"}`, 10_000);
    expect(lines.map(([where, body, broken]) => [where, body.length, broken])).toEqual([
      ['line 1', 15, undefined],
      ['line 2', 65_536, 'longer than 1 MB, of which 64 kB are kept'],
      ['line 3', 15, undefined],
    ]);
    const list = await cut(`[{"CallSid":"0"},${long},{"CallSid":"2"}]`, 10_000);
    expect(list.map(([where, body]) => [where, body.length])).toEqual([
      ['line 1, row 1', 15],
      ['line 1, row 2', 65_536],
    ]);
    expect(list[1]?.[2]).toContain('what follows cannot be told apart');
  });

  it('of CSV with bytes that are no UTF-8 is read as a Western European one', async () => {
    expect(await cut(Buffer.from('CallSid,n\n1,Jos\xe9\n2,x', 'latin1'))).toEqual([
      ['line 2', '{"CallSid":"1","n":"José"}'],
      ['line 3', '{"CallSid":"2","n":"x"}'],
    ]);
  });
});

describe('whatever the rows are, and wherever the pieces end', () => {
  const value = fc.oneof(fc.string(), fc.stringMatching(/^[",;\n\r {}[\]\\]*$/), fc.constant('é\u2028"'));
  const row = fc.record({ CallSid: value, n: value, other: value });
  const size = fc.integer({ min: 1, max: 40 });

  it('every one of a JSON list or of JSON lines comes out as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), size, fc.constantFrom(0, 2), async (rows, piece, indent) => {
        const list = await cut(JSON.stringify(rows, null, indent), piece);
        expect(list.map(([, body]) => JSON.parse(body))).toEqual(rows);
        const lines = await cut(rows.map((one) => JSON.stringify(one)).join('\n'), piece);
        expect(lines.map(([, body]) => JSON.parse(body))).toEqual(rows);
        const held = await cut(JSON.stringify({ type: 'success', n: [1, '[{'], result: rows }, null, indent), piece);
        expect(held.map(([, body]) => JSON.parse(body))).toEqual(rows);
      }),
    );
  });

  it('every one of a CSV file comes out as it was', async () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), size, async (rows, piece) => {
        // A line's end is its own in any form.
        const plain = rows.map((one) =>
          Object.fromEntries(Object.entries(one).map(([key, text]) => [key, text.replace(/\r+(?=\n|$)/g, '')])),
        );
        const text = ['CallSid,n,other', ...plain.map((one) => Object.values(one).map(quoted).join(','))].join('\r\n');
        expect((await cut(text, piece)).map(([, body]) => JSON.parse(body))).toEqual(plain);
      }),
    );
  });
});
