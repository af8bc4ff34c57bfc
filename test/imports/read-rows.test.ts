import { gzipSync } from 'node:zlib';
import { Workbook } from '@cj-tech-master/excelts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnNames } from '../../src/imports/column-names.ts';
import { unguarded } from '../../src/imports/csv-rows.ts';
import { readRows } from '../../src/imports/read-rows.ts';
import { serialTime } from '../../src/imports/xlsx-rows.ts';
import type { ImportedRow } from '../../src/ingestion/read-imported.ts';
import { callerDesk } from '../../src/providers/callerdesk/callerdesk.ts';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function rowsOf(content: string | Buffer, size = 1_000_000, columns: string[] = []): Promise<ImportedRow[]> {
  const rows: ImportedRow[] = [];
  const given = ColumnNames.read(columns, callerDesk.columns);
  for await (const some of readRows(pieces(Buffer.from(content), size), given)) rows.push(...some);
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

  it.each<[string | Buffer, string]>([
    ['', 'The file is empty.'],
    [' \n ', 'The file is empty.'],
    ['name,age\nx,1\n', 'neither JSON nor a table whose first lines name columns of calls'],
    ['name,9812361777\nx,1\n', 'It begins with: "name", (a number).'],
    [Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), 'the old form .xls. Save it as .xlsx'],
    [Buffer.from('PK\x03\x04 broken'), 'The spreadsheet cannot be read'],
  ])('and %s is refused', async (content, said) => {
    await expect(rowsOf(content)).rejects.toThrow(said);
  });

  it('UTF-16 with a mark is read', async () => {
    const text = '\ufeffCallSid;n\r\n1;आशा😀\r\n';
    const [little, big] = [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()];
    for (const size of [1, 3, 1000]) {
      for (const bytes of [little, big, gzipSync(big)]) {
        expect(await cut(bytes, size)).toEqual([['line 2', '{"CallSid":"1","n":"आशा😀"}']]);
      }
    }
    expect(await cut(Buffer.from('\ufeff[{"CallSid":"1"}]', 'utf16le'))).toEqual([
      ['line 1, row 1', '{"CallSid":"1"}'],
    ]);
  });

  it.each<[what: string, content: string, rows: [string, string][]]>([
    [
      'lines that end with CR alone',
      'CallSid,n\r1,"a\rb"\r2,c',
      [
        ['line 2', '{"CallSid":"1","n":"a\\nb"}'],
        ['line 4', '{"CallSid":"2","n":"c"}'],
      ],
    ],
    [
      'JSON lines that end with CR alone',
      `${a}\r${b}\r`,
      [
        ['line 1', a],
        ['line 2', b],
      ],
    ],
    [
      'a line that names the delimiter',
      'sep=;\r\nCallSid;"n,m"\r\n1;2,5\r\n',
      [['line 3', '{"CallSid":"1","n,m":"2,5"}']],
    ],
    ['a delimiter of its own', '"sep=^"\nn,^CallSid\n2^1', [['line 3', '{"n,":"2","CallSid":"1"}']]],
    [
      'titles and blank lines before the header',
      '\nCall report, Sales\n"From 1 to 2, all"\n;;;\n\nn,Call Sid\nx,1\n',
      [['line 7', '{"n":"x","Call Sid":"1"}']],
    ],
    [
      'rows that are shorter than the header',
      'CallSid,n,m\n1\n2,x\n',
      [
        ['line 2', '{"CallSid":"1","n":"","m":""}'],
        ['line 3', '{"CallSid":"2","n":"x","m":""}'],
      ],
    ],
    [
      'guards of spreadsheets',
      `CallSid,n,m,o\n'1672649960.1,"=""+91981""",="007",'tis\n`,
      [['line 2', `{"CallSid":"1672649960.1","n":"+91981","m":"007","o":"'tis"}`]],
    ],
    [
      'a list of lists',
      '[["CallSid","n"],["1",1.50],["2"]]',
      [
        ['line 1, row 2', '{"CallSid":"1","n":1.50}'],
        ['line 1, row 3', '{"CallSid":"2","n":""}'],
      ],
    ],
    ['lists on lines', '["n","call_sid"]\n[null,"1"]\n', [['line 2', '{"n":null,"call_sid":"1"}']]],
    [
      'a list of lists of objects',
      `[[${a}],[${b},${b}]]`,
      [
        ['line 1, row 1', a],
        ['line 1, row 2', b],
        ['line 1, row 2', b],
      ],
    ],
    [
      'objects by their ids',
      '{"88201": {"Status":"BUSY","StartTime":"x"},\n "88202":{"Status":"ANSWER","StartTime":"y"}, "z":{}}',
      [
        ['line 1, row 1', '{"CallSid":"88201","Status":"BUSY","StartTime":"x"}'],
        ['line 2, row 2', '{"CallSid":"88202","Status":"ANSWER","StartTime":"y"}'],
        ['line 2, row 3', '{"CallSid":"z"}'],
      ],
    ],
    [
      'objects by other keys',
      `{"a":${a},"b":${b}}`,
      [
        ['line 1, row 1', a],
        ['line 1, row 2', b],
      ],
    ],
    ['rows as JSON text', `[${JSON.stringify(a)}]`, [['line 1, row 1', JSON.stringify(a)]]],
  ])('%s', async (_what, content, rows) => {
    for (const size of [1, 7, 100_000]) expect(await cut(content, size)).toEqual(rows);
  });
});

describe('whatever a program adds to a file', () => {
  const bodies = async (content: string, columns: string[] = []) =>
    (await rowsOf(content, 7, columns)).map(({ body }) => JSON.parse(body.toString()) as unknown);
  const [a, b] = [
    { CallSid: '1', Status: 'x' },
    { CallSid: '2', Status: 'y' },
  ];

  it.each<[what: string, content: string]>([
    ['lines that end with CR alone, and a newline behind the last', 'CallSid,Status\r1,x\r2,y\r\n'],
    ['a title in brackets', '[Calls of May]\nCallSid,Status\n1,x\n2,y'],
    ['a title in braces', '{Calls}\n\nCallSid,Status\n1,x\n2,y'],
    ['lists in an object', '{"range":"A1:B3","values":[["CallSid","Status"],["1","x"],["2","y"]]}'],
    ['a JSON text on each line', [a, b].map((one) => JSON.stringify(JSON.stringify(one))).join('\n')],
  ])('%s', async (_what, content) => {
    const rows = await bodies(content);
    expect(rows.map((row) => (typeof row === 'string' ? JSON.parse(row) : row))).toEqual([a, b]);
  });

  it('a newline in a quoted value of a file whose lines end with CR', async () => {
    expect(await bodies('CallSid,Status\r1,"x\ny"\r2,z')).toEqual([
      { CallSid: '1', Status: 'x\ny' },
      { CallSid: '2', Status: 'z' },
    ]);
  });

  it('lists of a call belong to it', async () => {
    const call = { ...a, legs: [{ n: 1 }, { n: 2 }], path: [[1, 2]] };
    for (const space of [0, 2]) expect(await bodies(JSON.stringify(call, null, space))).toEqual([call]);
    expect(await bodies(JSON.stringify({ calls: [call, b] }))).toEqual([call, b]);
  });

  it('objects by ids may have one field, lists and columns under other names', async () => {
    const some = { '1764650001.11': { Status: 'x', legs: [{ n: 1 }] }, '1764650001.12': { n: 1 } };
    expect(await bodies(JSON.stringify(some))).toEqual([
      { CallSid: '1764650001.11', Status: 'x', legs: [{ n: 1 }] },
      { CallSid: '1764650001.12', n: 1 },
    ]);
    const named = { '1.1': { Phone: '7', Status: 'x' } };
    expect(await bodies(JSON.stringify(named), ['Phone=SourceNumber'])).toEqual([
      { CallSid: '1.1', SourceNumber: '7', Status: 'x' },
    ]);
  });

  it('columns are given names in JSON texts too', async () => {
    const texts = JSON.stringify([JSON.stringify({ Id: '1' }), JSON.stringify({ Id: '2' })]);
    expect(await bodies(texts, ['Id=CallSid'])).toEqual([{ CallSid: '1' }, { CallSid: '2' }]);
  });

  it('many lists of a call are looked at once', async () => {
    const call = `{"CallSid":"1",${'"a":[{"b":1}],'.repeat(30_000)}"c":1}`;
    const before = process.cpuUsage();
    expect(await cut(call)).toHaveLength(1);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(2000);
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
      ['line 6', '4,5,6', 'has 3 values, where the header names 2 columns'],
      ['line 7', '{"CallSid":"5","n":""}'],
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

  it('carriage returns in a quoted value end no line', async () => {
    const value = '\r\\\r\\';
    const rows = await cut(`CallSid,n\r\n1,"${value}"\r\n`);
    expect(rows.map(([, body]) => JSON.parse(body))).toEqual([{ CallSid: '1', n: value }]);
  });

  it('every one of a CSV file comes out as it was', async () => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), size, async (rows, piece) => {
        // A line's end is its own in any form.
        const plain = rows.map((one) =>
          Object.fromEntries(
            Object.entries(one).map(([key, text]) => [key, unguarded(text.replace(/\r+(?=\n|$)/g, ''))]),
          ),
        );
        const text = ['CallSid,n,other', ...plain.map((one) => Object.values(one).map(quoted).join(','))].join('\r\n');
        expect((await cut(text, piece)).map(([, body]) => JSON.parse(body))).toEqual(plain);
      }),
    );
  });
});

describe('columns under other names', () => {
  const as = async (content: string, ...columns: string[]) =>
    (await rowsOf(content, 1000, columns)).map(({ body }) => JSON.parse(body.toString()) as unknown);

  it('are read under the name given, without regard to case and separators, before one that has it', async () => {
    const csv = 'Customer Phone,Ref,SourceNumber,Picked Time\n98,1,77,x\n';
    expect(await as(csv, 'customer_phone=SourceNumber,REF=CallSid', 'Picked Time=LegB_Picked_time')).toEqual([
      { SourceNumber: '77', CallSid: '1', LegB_Picked_time: 'x' },
    ]);
    const [row] = await rowsOf(csv, 1000, ['customer phone=SourceNumber,Ref=CallSid']);
    expect(row?.body.toString()).toMatch(/^\{"SourceNumber":"98","CallSid":"1","SourceNumber":"77"/);
  });

  it('may hold commas and equals signs', async () => {
    expect(await as('"Phone, of=whom",id\n98,1', 'Phone, of=whom=SourceNumber,id=CallSid')).toEqual([
      { SourceNumber: '98', CallSid: '1' },
    ]);
  });

  it('of JSON too', async () => {
    expect(await as('[{"id":1.50,"n":{"a":1}}]', 'id=CallSid')).toEqual([{ CallSid: '1.50', n: { a: 1 } }]);
    expect(await as('[["ref","x"],[7,"y"]]', 'ref=CallSid')).toEqual([{ CallSid: 7, x: 'y' }]);
  });

  it.each([
    [['Phone'], '"Phone" is no COLUMN=FIELD'],
    [['=SourceNumber'], 'is no COLUMN=FIELD'],
    [['Phone=Telephone'], 'there is no field "Telephone". Allowed: type, Uniqueid, CallSid, '],
    [['a=SourceNumber,b=source_number'], 'two columns are named source_number'],
    [['a=SourceNumber', 'A=CallSid'], '"A" is named twice'],
    [['z=SourceNumber'], 'the file has no column "z". It has: "CallSid", "n".'],
  ])('%j is refused', async (columns, said) => {
    await expect(rowsOf('CallSid,n\n1,2', 1000, columns)).rejects.toThrow(said);
  });
});

describe('a spreadsheet', () => {
  async function xlsx(...sheets: unknown[][][]): Promise<Buffer> {
    const workbook = new Workbook();
    for (const [i, rows] of sheets.entries()) {
      const sheet = workbook.addWorksheet(`S${i}`);
      for (const row of rows) sheet.addRow(row);
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          if (typeof cell.value === 'number' && cell.value > 0 && cell.value < 1) cell.numFmt = '[h]:mm:ss';
        }),
      );
    }
    return Buffer.from(await workbook.xlsx.writeBuffer());
  }
  const objects = async (bytes: Buffer, size = 1000, columns: string[] = []) =>
    (await rowsOf(bytes, size, columns)).map(({ where, body }) => [where, JSON.parse(body.toString())]);

  it('is read from its header on: texts, numbers, dates, durations, formulas', async () => {
    const bytes = await xlsx(
      [['Report of calls'], [], ['another', 'sheet']],
      [
        ['Calls of January'],
        [],
        ['CallSid', 'SourceNumber', 'StartTime', 'EndTime', 'TalkDuration', 'receiver_name', 'coins'],
        [
          '1672649960.9601',
          919812361777,
          new Date(Date.UTC(2023, 0, 2, 14, 29, 20)),
          44928.6037037037,
          200 / 86400,
          'आशा',
          1.5,
        ],
        [
          1672649960.9602,
          "'0981236",
          null,
          '2023-01-02 14:29:20',
          50,
          { richText: [{ text: 'A' }, { text: 'b' }] },
          { formula: '1+1', result: 2 },
        ],
        ['3'],
      ],
      [['No', 'calls'], [1]],
      [['sid_id'], ['of another sheet']],
    );
    for (const size of [100, 100_000]) {
      expect(await objects(bytes, size)).toEqual([
        [
          'row 4',
          {
            CallSid: '1672649960.9601',
            SourceNumber: '919812361777',
            StartTime: '2023-01-02 14:29:20',
            EndTime: '2023-01-02 14:29:20',
            TalkDuration: '00:03:20',
            receiver_name: 'आशा',
            coins: '1.5',
          },
        ],
        [
          'row 5',
          {
            CallSid: '1672649960.9602',
            SourceNumber: '0981236',
            StartTime: '',
            EndTime: '2023-01-02 14:29:20',
            TalkDuration: '50',
            receiver_name: 'Ab',
            coins: '2',
          },
        ],
        [
          'row 6',
          {
            CallSid: '3',
            SourceNumber: '',
            StartTime: '',
            EndTime: '',
            TalkDuration: '',
            receiver_name: '',
            coins: '',
          },
        ],
        ['row 2', { sid_id: 'of another sheet' }],
      ]);
    }
  });

  it('that counts its days from 1904 is read so, also where only the column tells of a moment', async () => {
    const workbook = new Workbook();
    workbook.properties.date1904 = true;
    workbook.addWorksheet('S').addRows([
      ['CallSid', 'StartTime'],
      ['7', 43466.5],
    ]);
    expect(await objects(Buffer.from(await workbook.xlsx.writeBuffer()))).toEqual([
      ['row 2', { CallSid: '7', StartTime: '2023-01-02 12:00:00' }],
    ]);
  });

  it('has numbers of more than 15 digits as what they are: cut', async () => {
    const bytes = await xlsx([
      ['CallSid', 'coins'],
      [1764650001.11, 1.5],
      [1.2345678901234567e19, 999_999_999_999_999],
    ]);
    expect(await objects(bytes)).toEqual([
      ['row 2', { CallSid: '1764650001.11', coins: '1.5' }],
      ['row 3', { CallSid: '1.2345678901234567e+19', coins: '999999999999999' }],
    ]);
  });

  it('has columns under other names, of which moments are read as such', async () => {
    const bytes = await xlsx([
      ['Ref', 'Begun'],
      ['7', 44928.5],
    ]);
    expect(await objects(bytes, 1000, ['Ref=CallSid,Begun=StartTime'])).toEqual([
      ['row 2', { CallSid: '7', StartTime: '2023-01-02 12:00:00' }],
    ]);
  });

  it('without columns of calls is refused with what it begins with', async () => {
    await expect(
      rowsOf(
        await xlsx([
          ['a', 'b'],
          [1, 2],
        ]),
      ),
    ).rejects.toThrow('It begins with: "a", "b".');
  });

  it('has serial numbers of days, which are moments from 1970 to 2100', () => {
    expect(serialTime(25_569)).toBe('1970-01-01 00:00:00');
    expect(serialTime(45_992.99998842593)).toBe('2025-12-01 23:59:59');
    expect([25_568, 73_415, Number.NaN, 1e300].map(serialTime)).toEqual([null, null, null, null]);
  });
});
