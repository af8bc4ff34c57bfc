import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPayload } from '../../src/providers/callerdesk/payload.ts';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { type KeptEvent, keptEvents, knock, knockRaw, lastKept } from './knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const door = `/webhooks/callerdesk/${testSecret}`;
const form = 'application/x-www-form-urlencoded';

type Sent = { body: Buffer | string; type?: string | null; encoding?: string; path?: string };

async function post({ body, type = null, encoding, path = door }: Sent) {
  const before = (await keptEvents(app)).length;
  const headers: Record<string, string> = {
    ...(type !== null && { 'content-type': type }),
    ...(encoding !== undefined && { 'content-encoding': encoding }),
  };
  const { status } = await knock(app, { path, headers, body });
  return { status, kept: (await keptEvents(app)).slice(before) };
}

let sids = 0;
const newSid = () => `1672649960.${5000 + sids++}`;
const report = (callSid: string, more = {}) => ({
  CallSid: callSid,
  type: 'call_report',
  Direction: 'IVR',
  Status: 'ANSWER',
  receiver_name: `Asha & ${callSid} "=" %41`,
  StartTime: '2023-01-02 14:29:20',
  ...more,
});
type Report = ReturnType<typeof report>;

async function agentOf(callSid: string): Promise<unknown> {
  const { callBySid } = await app.query<{ callBySid: { agentName: string; status: string } | null }>(
    'query ($callSid: String!) { callBySid(callSid: $callSid) { agentName status } }',
    { callSid },
  );
  return callBySid;
}

const json = JSON.stringify;
const twice = (value: unknown) => json(json(value));
const enc = encodeURIComponent;

const pairsOf = (r: Report, name: (key: string) => string) =>
  Object.entries(r)
    .map(([key, value]) => `${name(key)}=${enc(value)}`)
    .join('&');
const linesOf = (r: Report) =>
  Object.entries(r)
    .map(([key, value]) => `${key}=${value}\r\n`)
    .join('');
const multipartOf = (r: Report) =>
  `${Object.entries(r)
    .map(([key, value]) => `----b\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`)
    .join('')}----b--\r\n`;

const wrapped: [what: string, type: string | null, body: (r: Report) => string][] = [
  ['JSON under the type of a form', form, json],
  ['JSON under the type of a form, with space around it', form, (r) => `\r\n ${json(r, null, 2)}\n`],
  ['JSON of no type', null, json],
  ['JSON under a type that nobody knows', 'application/octet-stream', json],
  ['JSON under a type that is none', 'rubbish', json],
  ['a form under a type that nobody knows', 'image/png', (r) => new URLSearchParams(r).toString()],
  ['a field of a form, data', form, (r) => `data=${enc(json(r))}`],
  ['a field of a form, payload', form, (r) => `payload=${enc(json(r))}&token=abc`],
  ['a field of any name', form, (r) => `event=call&notification=${enc(json(r))}`],
  ['a field without its name', form, (r) => enc(json(r))],
  ['a field without its name, and a sign behind it', form, (r) => `${enc(json(r))}=`],
  ['a field, encoded twice', form, (r) => `data=${enc(twice(r))}`],
  ['a field with an object around it', form, (r) => `data=${enc(json({ call: r }))}`],
  [
    'keys in brackets',
    form,
    (r) =>
      Object.entries(r)
        .map(([key, value]) => `data[${key}]=${enc(value)}`)
        .join('&'),
  ],
  [
    'keys in brackets that are escaped',
    form,
    (r) =>
      Object.entries(r)
        .map(([key, value]) => `call%5B${key}%5D=${enc(value)}`)
        .join('&'),
  ],
  ['keys in brackets and quotes', form, (r) => pairsOf(r, (key) => `data['${key}']`)],
  ['keys behind a dot', form, (r) => pairsOf(r, (key) => `data.${key}`)],
  [
    'keys behind a dot, of JSON',
    'application/json',
    (r) => json(Object.fromEntries(Object.entries(r).map(([key, value]) => [`call.${key}`, value]))),
  ],
  ['keys with empty brackets', form, (r) => pairsOf(r, (key) => `${key}[]`)],
  ['a form in a member of JSON', 'application/json', (r) => json({ body: pairsOf(r, (key) => key), base64: false })],
  ['a form, encoded twice', form, (r) => enc(pairsOf(r, (key) => key))],
  ['a form behind a question mark', form, (r) => `?${pairsOf(r, (key) => key)}`],
  ['a form with a pair on each line', 'text/plain', (r) => linesOf(r)],
  ['a form whose ampersands are those of HTML', form, (r) => pairsOf(r, (key) => key).replaceAll('&', '&amp;')],
  ['a multipart form of no type', null, (r) => multipartOf(r)],
  ['a multipart form under the type of another', form, (r) => multipartOf(r)],
  ['a multipart form whose type names no boundary', 'multipart/form-data', (r) => multipartOf(r)],
  ['a multipart form under the type of JSON', 'application/json', (r) => multipartOf(r)],
  [
    'a multipart form with newlines alone',
    'multipart/form-data; boundary=--b',
    (r) => multipartOf(r).replaceAll('\r', ''),
  ],
  ['one object deep, data', 'application/json', (r) => json({ data: r })],
  ['one object deep, beside an event', 'application/json', (r) => json({ event: 'x', id: 7, payload: r })],
  ['one object deep, as text', 'application/json', (r) => json({ event: 'x', payload: json(r) })],
  ['one object deep, behind a CallSid that is blank', 'application/json', (r) => json({ CallSid: '', body: r })],
  ['encoded twice', 'application/json', twice],
  ['encoded thrice', 'application/json', (r) => json(twice(r))],
  ['encoded twice, under text/plain', 'text/plain', twice],
  ['a list of one', 'application/json', (r) => json([r])],
  ['a list of one, one object deep', 'application/json', (r) => json({ calls: [r] })],
];

describe('a delivery in the wrong wrapper is read as the same delivery', () => {
  test.each(wrapped)('%s', async (_what, type, body) => {
    const sid = newSid();
    const { status, kept } = await post({ type, body: body(report(sid)) });
    expect(status).toBe(200);
    expect(kept).toMatchObject([{ state: 'RECORDED', kind: 'CALL_REPORT', callSid: sid }]);
    expect(await agentOf(sid)).toEqual({ agentName: report(sid).receiver_name, status: 'COMPLETED' });
    // Whatever its form, it says the same.
    const again = await post({ type: 'application/json', body: json(report(sid)) });
    expect(again.kept).toMatchObject([{ state: 'DUPLICATE' }]);
    expect((await post({ type, body: body(report(sid)) })).kept).toMatchObject([{ state: 'DUPLICATE' }]);
  });

  test('also as a query string', async () => {
    const [one, other] = [newSid(), newSid()];
    await knock(app, { method: 'GET', path: `${door}?data=${enc(json(report(one)))}` });
    expect(await agentOf(one)).toEqual({ agentName: report(one).receiver_name, status: 'COMPLETED' });
    const pairs = Object.entries(report(other)).map(([key, value]) => `data[${key}]=${enc(value)}`);
    await knock(app, { method: 'GET', path: `${door}?${pairs.join('&')}` });
    expect(await agentOf(other)).toEqual({ agentName: report(other).receiver_name, status: 'COMPLETED' });
  });

  test('what stands around it may say what it is', async () => {
    const sid = newSid();
    const { type: _, ...untyped } = report(sid);
    const { kept } = await post({ type: 'application/json', body: json({ event: 'live_call', payload: untyped }) });
    expect(kept).toMatchObject([{ kind: 'LIVE_CALL', callSid: sid, state: 'RECORDED' }]);
  });

  test('a CallSid of its own counts before those of objects in it', async () => {
    const [sid, inner] = [newSid(), newSid()];
    await post({ type: 'application/json', body: json({ ...report(sid), parent: report(inner) }) });
    expect(await agentOf(sid)).not.toBeNull();
    expect(await agentOf(inner)).toBeNull();
  });
});

describe('a list is as many deliveries', () => {
  const lists: [what: string, type: string | null, body: (all: Report[]) => string][] = [
    ['at the top', 'application/json', (all) => json(all)],
    ['under the type of a form', form, (all) => json(all, null, 1)],
    ['in an object', 'application/json', (all) => json({ event: 'calls', calls: all })],
    ['in a field', form, (all) => `data=${enc(json(all))}`],
    ['of lists', 'application/json', (all) => json([all.slice(0, 2), all.slice(2)])],
    ['of texts', 'application/json', (all) => json(all.map((one) => json(one)))],
    [
      'of keys in brackets',
      form,
      (all) =>
        all
          .flatMap((one, i) => Object.entries(one).map(([key, value]) => `calls[${i}][${key}]=${enc(value)}`))
          .join('&'),
    ],
  ];

  test.each(lists)('%s', async (_what, type, body) => {
    const all = [1, 2, 3].map(() => report(newSid()));
    const { status, kept } = await post({ type, body: body(all) });
    expect(status).toBe(200);
    expect(kept.map(({ state, callSid }) => ({ state, callSid }))).toEqual(
      all.map(({ CallSid }) => ({ state: 'RECORDED', callSid: CallSid })),
    );
    for (const { CallSid } of all) expect(await agentOf(CallSid)).not.toBeNull();
  });

  test('each is kept with its own bytes', async () => {
    const items = [newSid(), newSid()].map((sid) => ` { "CallSid":${sid},\n"Status" : "ANSWER", "n":1.50 }`);
    const { kept } = await post({ type: 'application/json', body: `[${items.join(' ,')} ]` });
    expect(kept.map(({ body }) => body)).toEqual(items.map((item) => item.trim()));
  });

  test('what is none of them is kept beside them', async () => {
    const sid = newSid();
    const { status, kept } = await post({ type: 'application/json', body: json([report(sid), 7, null, {}, 'x', []]) });
    expect(status).toBe(200);
    expect(kept.map(({ state, body }) => `${state} ${body}`).slice(1)).toEqual([
      'UNREADABLE 7',
      'UNREADABLE null',
      'IGNORED {}',
      'UNREADABLE "x"',
      'UNREADABLE []',
    ]);
  });

  test('one of more than a thousand is kept whole, and answered 400', async () => {
    const { status, kept } = await post({ type: 'application/json', body: json(Array(1001).fill({ a: 1 })) });
    expect(status).toBe(400);
    expect(kept).toMatchObject([{ state: 'UNREADABLE', reason: expect.stringMatching(/more than 1000/) }]);
  });
});

describe('what has a CallSid with a value and cannot be read is UNREADABLE, never IGNORED', () => {
  test.each<[what: string, body: unknown]>([
    ['two objects deep', { a: { b: report('1672649960.1') } }],
    ['in several objects', { first: report('1672649960.2'), second: report('1672649960.3') }],
    ['an object', { CallSid: { id: '1' }, Status: 'BUSY' }],
    ['a list of lists', { CallSid: [['1']], Status: 'BUSY' }],
    ['in a text three objects deep', { a: { b: { c: json(report('1672649960.4')) } } }],
    ['behind a blank one', [{ CallSid: ' ', call_sid: '1672649960.5' }]],
  ])('%s', async (_what, body) => {
    const { kept } = await post({ type: 'application/json', body: json(body) });
    expect(kept).toMatchObject([{ state: 'UNREADABLE', reason: expect.stringMatching(/^CallSid: /) }]);
  });

  test.each<[what: string, body: string]>([
    ['JSON that is none', `data=${enc('{"CallSid":"1672649960.7",}')}`],
    ['the text of a dictionary', `data=${enc("{'CallSid': '1672649960.7', 'Status': 'ANSWER'}")}`],
    ['JSON with its quotes escaped', `payload=${enc('{\\"CallSid\\":\\"1672649960.7\\"}')}`],
    ['JSON escaped as in HTML', `payload=${enc('{&quot;CallSid&quot;:&quot;1672649960.7&quot;}')}`],
    ['XML', `xml=${enc('<call><CallSid>1672649960.7</CallSid></call>')}`],
    ['behind two dots', 'a.b.Call_Sid=1672649960.7&a.b.Status=BUSY'],
  ])('also in a text that cannot be read: %s', async (_what, body) => {
    expect((await post({ type: form, body })).kept).toMatchObject([
      { state: 'UNREADABLE', reason: expect.stringMatching(/^CallSid: /) },
    ]);
  });

  test('but one without a value is none', async () => {
    const texts = ['{"CallSid":,}', 'CallSid=&Status=BUSY', '<CallSid></CallSid>', 'no CallSid here'];
    for (const text of texts) {
      expect((await post({ type: form, body: `data=${enc(text)}` })).kept).toMatchObject([{ state: 'IGNORED' }]);
    }
  });

  test('also in brackets within brackets', async () => {
    const { kept } = await post({ type: form, body: 'a[b][CallSid]=1672649960.6&a[b][Status]=BUSY' });
    expect(kept).toMatchObject([{ state: 'UNREADABLE', reason: expect.stringMatching(/^CallSid: /) }]);
  });

  test.each([{ a: { CallSid: '' } }, { CallSid: null, a: { call_sid: [null, {}] } }, { a: 'CallSid' }])(
    'but what has none is IGNORED: %j',
    async (body) => {
      const { kept } = await post({ type: 'application/json', body: json(body) });
      expect(kept).toMatchObject([{ state: 'IGNORED' }]);
    },
  );
});

describe('multipart/form-data is a form', () => {
  const parts = (pairs: [name: string, value: string, more?: string][], boundary: string) =>
    pairs
      .map(
        ([name, value, more = '']) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`,
      )
      .join('');

  test.each([
    ['----WebKitFormBoundary7MA4', 'multipart/form-data; boundary=----WebKitFormBoundary7MA4'],
    ['a b', 'Multipart/Form-Data; charset=utf-8; Boundary="a b"'],
  ])('with the boundary %j', async (boundary, type) => {
    const sid = newSid();
    const body = `${parts(Object.entries(report(sid)), boundary)}--${boundary}--\r\n`;
    const { status, kept } = await post({ type, body });
    expect(status).toBe(200);
    expect(kept).toMatchObject([{ state: 'RECORDED', form: 'FORM', callSid: sid, contentType: type, body }]);
    expect(await agentOf(sid)).toMatchObject({ agentName: report(sid).receiver_name });
  });

  test('as clients send it', async () => {
    const sid = newSid();
    const body = new FormData();
    for (const [key, value] of Object.entries(report(sid, { receiver_name: 'आशा\r\nRao' }))) body.append(key, value);
    const { status } = await fetch(`${app.url}${door}`, { method: 'POST', body });
    expect(status).toBe(200);
    expect(await agentOf(sid)).toMatchObject({ agentName: 'आशा\r\nRao' });
  });

  test('also as a file of JSON, and where the end is missing', async () => {
    const [sid, other] = [newSid(), newSid()];
    const file = parts(
      [['upload', json(report(sid)), '; filename="call.json"\r\nContent-Type: application/json']],
      'x',
    );
    expect(
      (await post({ type: 'multipart/form-data; boundary=x', body: `preamble\r\n${file}--x--` })).kept,
    ).toMatchObject([{ state: 'RECORDED', callSid: sid }]);
    const cut = parts(Object.entries(report(other)), 'x').trimEnd();
    expect((await post({ type: 'multipart/form-data; boundary=x', body: cut })).kept).toMatchObject([
      { state: 'RECORDED', callSid: other },
    ]);
  });
});

describe('compressed bodies are inflated, and kept so', () => {
  test.each<[encoding: string | undefined, compress: (text: string) => Buffer]>([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['gzip, br', (text) => brotliCompressSync(gzipSync(text))],
    ['identity', (text) => Buffer.from(text)],
    [undefined, gzipSync],
  ])('%s', async (encoding, compress) => {
    const sid = newSid();
    const text = json(report(sid));
    const { status, kept } = await post({
      type: 'application/json',
      body: compress(text),
      ...(encoding && { encoding }),
    });
    expect(status).toBe(200);
    expect(kept).toMatchObject([{ state: 'RECORDED', callSid: sid, body: text }]);
  });

  test('over 64 kB once inflated: 413, and not kept', async () => {
    const body = gzipSync(json(report(newSid(), { note: 'x'.repeat(64 * 1024) })));
    for (const encoding of ['gzip', undefined]) {
      expect(await post({ type: 'application/json', body, ...(encoding && { encoding }) })).toEqual({
        status: 413,
        kept: [],
      });
    }
  });

  test('that cannot be inflated, or in an encoding that nobody knows: kept as they came, 400', async () => {
    const broken = gzipSync(json(report(newSid()))).subarray(0, 60);
    for (const [encoding, body] of [
      ['gzip', broken],
      ['br', broken],
      ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, sids])],
    ] as const) {
      const { status, kept } = await post({ type: 'application/json', body, encoding });
      expect({ status, state: kept.map((one) => one.body) }).toEqual({ status: 400, state: [body.toString('latin1')] });
    }
  });
});

describe('bytes that are no UTF-8 are read as windows-1252', () => {
  test.each<[what: string, type: string, name: Buffer | string]>([
    ['in JSON', 'application/json', Buffer.from('Andr\xe9 \x93Dé\x94', 'latin1')],
    ['in JSON beside UTF-8', 'application/json', Buffer.concat([Buffer.from('आशा '), Buffer.from([0xe9, 0x80])])],
  ])('%s', async (_what, type, name) => {
    const sid = newSid();
    const body = Buffer.concat([
      Buffer.from(`{"type":"call_report","CallSid":"${sid}","receiver_name":"`),
      Buffer.from(name),
      Buffer.from('","Status":"ANSWER"}'),
    ]);
    const { status } = await post({ type, body });
    expect(status).toBe(200);
    const expected = _what === 'in JSON' ? 'André “Dé”' : 'आशा é€';
    expect(await agentOf(sid)).toMatchObject({ agentName: expected });
  });

  test('in escapes of a form and of a query', async () => {
    const [sid, other] = [newSid(), newSid()];
    await post({ type: form, body: `CallSid=${sid}&type=call_report&TalkDuration=5&receiver_name=Andr%E9+%E0%A4%86` });
    expect(await agentOf(sid)).toMatchObject({ agentName: 'André आ' });
    await knock(app, {
      method: 'GET',
      path: `${door}?CallSid=${other}&type=call_report&TalkDuration=5&receiver_name=%80%20Andr%e9`,
    });
    expect(await agentOf(other)).toMatchObject({ agentName: '€ André' });
  });
});

describe('where a request has a body and a query', () => {
  test('a GET with a body alone, or beside a query of its own, is read from the body', async () => {
    for (const query of ['', '?', '?key=abc']) {
      const sid = newSid();
      const headers = { 'content-type': 'application/json' };
      const answer = await knock(app, { method: 'GET', path: `${door}${query}`, headers, body: json(report(sid)) });
      expect(answer.status).toBe(200);
      expect(await lastKept(app)).toMatchObject({ state: 'RECORDED', callSid: sid });
    }
  });

  test('a GET with a body that is too large is refused', async () => {
    const before = (await keptEvents(app)).length;
    const answer = await knock(app, { method: 'GET', path: door, body: 'a'.repeat(64 * 1024 + 1) });
    expect(answer.status).toBe(413);
    expect(await keptEvents(app)).toHaveLength(before);
  });

  test.each(['{}', ' { } ', '[]', 'null', '""', '\r\n'])('the query counts where the body is %j', async (body) => {
    for (const method of ['POST', 'GET']) {
      const sid = newSid();
      await knock(app, { method, path: `${door}?CallSid=${sid}&type=call_report&TalkDuration=5`, body });
      expect(await lastKept(app)).toMatchObject({ state: 'RECORDED', callSid: sid });
    }
  });

  test('a POST without a body may have a query that is not escaped', async () => {
    const sid = newSid();
    const path = `${door}?type=call_report&CallSid=${sid}&TalkDuration=5&receiver_name=Asha Devi आशा`;
    const { status } = await knockRaw(app, Buffer.from(`POST ${path} HTTP/1.1\r\ncontent-length: 0`));
    expect(status).toBe(200);
    expect(await agentOf(sid)).toMatchObject({ agentName: 'Asha Devi आशा' });
    const withBody = await knockRaw(app, Buffer.from(`POST ${path} HTTP/1.1\r\ncontent-length: 2`));
    expect(withBody.status).toBe(400);
  });
});

describe('no input of 64 kB keeps others waiting', () => {
  const fill = (text: string) => text.repeat(Math.floor(64_000 / text.length));
  test.each<[what: string, type: string | null, body: string]>([
    ['brackets of one name', form, fill('a[b]=1&')],
    ['brackets of many names', form, Array.from({ length: 6000 }, (_, i) => `a${i}[b]=1`).join('&')],
    ['dots', form, fill('a.')],
    ['a name that is never whole', form, `data=${fill('call_')}`],
    ['names without values', form, `data=${fill('CallSid ')}`],
    ['objects within a delivery', 'application/json', `{${fill('"CallSid":{"a":[]},')}"a":1}`],
    ['lists within lists', 'application/json', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
    ['boundaries', 'multipart/form-data; boundary=a', fill('--a\r\n\r\n')],
  ])('%s', (_what, contentType, text) => {
    const took = [1, 2, 3].map(() => {
      const before = process.cpuUsage();
      readPayload({ form: 'JSON', body: Buffer.from(text), contentType });
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    // What takes a time that grows with the square of the length takes a multiple of this.
    expect(Math.min(...took)).toBeLessThan(100);
  });
});

describe('a question mark begins the query anew', () => {
  test.each<[query: (sid: string) => string]>([
    [(sid) => `key=abc?CallSid=${sid}&receiver_name=Asha`],
    [(sid) => `a=1&key=abc?CallSid=${sid}&receiver_name=Asha`],
    [(sid) => `key=abc%3FCallSid=${sid}&receiver_name=Asha`],
    [(sid) => `key=abc%3ftype=call_report&CallSid=${sid}&receiver_name=Asha`],
    [(sid) => `key=what?no?Call_Sid=${sid}&receiver_name=Asha`],
    [(sid) => `key=what?&CallSid=${sid}&receiver_name=Asha`],
    [(sid) => `key=what?then=this&CallSid=${sid}&receiver_name=Asha`],
    [(sid) => `receiver_name=Asha&CallSid=${sid}&next=x?Status=BUSY`],
    [(sid) => `CallSid=${sid}&receiver_name=Asha&key=abc?receiver_name=No`],
  ])('%s', async (query) => {
    const sid = newSid();
    const path = `${door}/call-report?${query(sid)}&EndTime=2023-01-02%2014:29:20`;
    expect((await knock(app, { method: 'GET', path })).status).toBe(200);
    expect(await lastKept(app)).toMatchObject({ state: 'RECORDED', callSid: sid } satisfies Partial<KeptEvent>);
    expect(await agentOf(sid)).toMatchObject({ agentName: 'Asha' });
  });

  test('but not in the value of a field of ours', async () => {
    const sid = newSid();
    await knock(app, {
      method: 'GET',
      path: `${door}/call-report?receiver_name=Who?Status=BUSY&CallSid=${sid}&EndTime=2023-01-02%2014:29:20`,
    });
    expect(await agentOf(sid)).toMatchObject({ agentName: 'Who?Status=BUSY' });
  });
});
