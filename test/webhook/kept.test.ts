import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp, testSecret } from '../support/app.ts';
import { type KeptEvent, keptEvents, knock, knockRaw, lastKept } from './knock.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const door = `/webhooks/callerdesk/${testSecret}`;
const form = 'application/x-www-form-urlencoded';

type Sent = { body: Buffer | string; type?: string | null; under?: string };

/** Posts a delivery; what was said, and what was kept of it. */
async function post({ body, type = 'application/json', under = '' }: Sent): Promise<{ said: string; kept: KeptEvent }> {
  const before = (await keptEvents(app)).length;
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
  const answer = await knock(app, { path: `${door}${under}`, headers, body });
  const events = await keptEvents(app);
  expect(events).toHaveLength(before + 1);
  const kept = events.at(-1) as KeptEvent;
  expect(kept.body).toBe(Buffer.from(body).toString('latin1'));
  expect(kept.contentType).toBe(type || null);
  return { said: `${answer.status} ${answer.body}`, kept };
}

async function get(query: string): Promise<{ said: string; kept: KeptEvent }> {
  const answer = await knock(app, { method: 'GET', path: `${door}${query}` });
  return { said: `${answer.status} ${answer.body}`, kept: await lastKept(app) };
}

async function call(callSid: string): Promise<Record<string, unknown> | null> {
  const { callBySid } = await app.query<{ callBySid: Record<string, unknown> | null }>(
    `query ($callSid: String!) {
      callBySid(callSid: $callSid) { callSid agentName status direction customerNumber startedAt callGroup { name } }
    }`,
    { callSid },
  );
  return callBySid;
}

let sids = 0;
const newSid = () => `1672649960.${1000 + sids++}`;

describe('a body that is not what its type says is answered 400, and kept byte for byte', () => {
  test.each<[what: string, body: Buffer | string, type: string, reason: string]>([
    ['JSON that is cut off', '{"CallSid":"1","Stat', 'application/json', 'body: not valid JSON'],
    ['no JSON at all', 'hello', 'application/json; charset=utf-8', 'body: not valid JSON'],
    ['a form that says it is JSON', 'CallSid=1&Status=ANSWER', 'application/json', 'body: not valid JSON'],
    ['white space', ' \r\n\t', 'application/json', 'body: not valid JSON'],
    ['two objects', '{"CallSid":"1"}{"CallSid":"2"}', 'application/json', 'body: not valid JSON'],
    ['keys without quotes', "{CallSid:'1'}", 'application/vnd.callerdesk+json', 'body: not valid JSON'],
    ['a NUL in JSON', '{"CallSid":"1\0"}', 'application/json', 'body: not valid JSON'],
    ['half a character', Buffer.from([0x7b, 0xe0, 0xa4, 0x7d]), 'text/json', 'body: not valid JSON'],
    [
      'compressed JSON that is spoilt',
      Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff]),
      'application/json',
      'body: not valid JSON',
    ],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), 'image/png', 'body: neither JSON nor a form'],
    ['an XML document', '<call sid="1"/>', 'application/xml', 'body: neither JSON nor a form'],
    ['parts without a boundary', 'hello there', 'multipart/form-data', 'body: neither JSON nor a form'],
    ['nesting beyond any stack', '['.repeat(60_000), 'application/json', 'body: not valid JSON'],
  ])('%s', async (_what, body, type, reason) => {
    const { said, kept } = await post({ body, type });
    expect(said).toMatch(/^400 kept, /);
    expect(kept).toMatchObject({ state: 'UNREADABLE', kind: 'OTHER', reason, callSid: null });
  });
});

describe('JSON that is no object tells of nothing: acknowledged, kept as UNREADABLE', () => {
  test.each(['[]', '[1,"CallSid",null]', '"CallSid"', '5', 'null', 'true'])('%s', async (body) => {
    const { said, kept } = await post({ body });
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({
      state: 'UNREADABLE',
      kind: 'OTHER',
      form: 'JSON',
      reason: 'body: JSON, but no object',
    });
  });

  test('also deeper than a stack goes', async () => {
    const { said, kept } = await post({ body: `${'['.repeat(30_000)}${']'.repeat(30_000)}` });
    expect(said).toMatch(/^(200|400) /);
    expect(kept.state).toBe('UNREADABLE');
  });
});

describe('a payload without a CallSid is acknowledged and kept as IGNORED', () => {
  test.each<[what: string, body: string, type: string]>([
    ['an empty object', '{}', 'application/json'],
    [
      'an event of a member',
      '{"type":"add_member","member_name":"Ashish","member_num":"9280000001"}',
      'application/json',
    ],
    ['a blank CallSid', '{"CallSid":"  ","Status":"ANSWER","SourceNumber":"9812345678"}', 'application/json'],
    ['a CallSid that is null', '{"CallSid":null,"Status":"BUSY"}', 'application/json'],
    ['a CallSid that is an empty list', '{"CallSid":[[],{}],"Status":"BUSY"}', 'application/json'],
    ['a form without one', 'type=delete_member&name=Ashish', form],
    ['a form of nothing but signs', '&&=&', form],
    [
      'what every object has',
      '{"__proto__":{"CallGroup":"1"},"constructor":"CallSid","toString":"1"}',
      'application/json',
    ],
  ])('%s', async (_what, body, type) => {
    const { said, kept } = await post({ body, type });
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({ state: 'IGNORED', kind: 'OTHER', callSid: null });
    expect(kept.reason).toBe('CallSid: not sent, so it tells of no call');
  });

  test('and no call comes of any of it', async () => {
    expect(await app.query('{ calls { totalCount } agents { totalCount } customers { totalCount } }')).toEqual({
      calls: { totalCount: 0 },
      agents: { totalCount: 0 },
      customers: { totalCount: 0 },
    });
  });
});

test('a report that nothing places in time began when it was received, and says what was not understood', async () => {
  const body = JSON.stringify({ type: 'call_report', CallSid: '8812345', StartTime: 'soon', Status: 'ANSWER' });
  const { said, kept } = await post({ body });
  expect(said).toBe('200 success');
  expect(kept).toMatchObject({ state: 'RECORDED', kind: 'CALL_REPORT', callSid: '8812345' });
  const { webhookEvents } = await app.query<{ webhookEvents: { nodes: Record<string, unknown>[] } }>(
    '{ webhookEvents(first: 1) { nodes { receivedAt notUnderstood call { startedAt } } } }',
  );
  expect(webhookEvents.nodes).toEqual([
    {
      receivedAt: expect.any(String),
      notUnderstood: [expect.stringMatching(/^StartTime: /)],
      call: { startedAt: webhookEvents.nodes[0]?.receivedAt },
    },
  ]);
});

test('a CallSid longer than any is kept as UNREADABLE', async () => {
  const body = JSON.stringify({ CallSid: '1'.repeat(300), StartTime: '2023-01-02 14:29:20' });
  const { said, kept } = await post({ body });
  expect(said).toBe('200 success');
  expect(kept).toMatchObject({ state: 'UNREADABLE', callSid: null });
  expect(kept.reason).toMatch(/^CallSid: /);
});

describe('without a content type, or as text/plain, a body is tried as JSON, then as a form', () => {
  test.each<[type: string | null]>([[null], [''], ['text/plain'], ['Text/Plain; charset=UTF-8']])(
    '%j',
    async (type) => {
      const sid = newSid();
      const asJson = await post({ body: `{"CallSid":"${sid}","receiver_name":"Asha"}`, type });
      expect(asJson).toMatchObject({ said: '200 success', kept: { form: 'JSON', state: 'RECORDED', callSid: sid } });
      const other = newSid();
      const asForm = await post({ body: `CallSid=${other}&receiver_name=Asha+Rao`, type });
      expect(asForm).toMatchObject({ said: '200 success', kept: { form: 'FORM', state: 'RECORDED', callSid: other } });
      expect(await call(other)).toMatchObject({ agentName: 'Asha Rao' });
      const neither = await post({ body: `neither the one nor the other ${sids}`, type });
      expect(neither.said).toMatch(/^400 kept, /);
      expect(neither.kept.state).toBe('UNREADABLE');
      const bytes = await post({ body: Buffer.from([0xff, 0xfe, sids]), type });
      expect(bytes.said).toMatch(/^400 kept, /);
      expect(bytes.kept.state).toBe('UNREADABLE');
    },
  );
});

describe('every type that means JSON or a form is one', () => {
  test.each([
    ['application/json', 'JSON'],
    ['APPLICATION/JSON', 'JSON'],
    ['application/json;charset=utf-8', 'JSON'],
    ['application/json; charset="UTF-8"; v=1', 'JSON'],
    ['application/json ; charset', 'JSON'],
    ['text/json', 'JSON'],
    ['application/vnd.api+json', 'JSON'],
    ['application/x-www-form-urlencoded', 'FORM'],
    ['Application/X-WWW-Form-URLencoded; charset=utf-8', 'FORM'],
  ])('%s', async (type, expected) => {
    const sid = newSid();
    const body =
      expected === 'JSON' ? JSON.stringify({ CallSid: sid, Direction: 'IVR' }) : `CallSid=${sid}&Direction=IVR`;
    const { said, kept } = await post({ body, type });
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({ form: expected, state: 'RECORDED', callSid: sid });
    expect(await call(sid)).toMatchObject({ direction: 'INBOUND' });
  });

  test('in the charset it names', async () => {
    const sid = newSid();
    const text = JSON.stringify({ CallSid: sid, receiver_name: 'André' });
    await post({ body: Buffer.from(text, 'latin1'), type: 'application/json; charset=iso-8859-1' });
    expect(await call(sid)).toMatchObject({ agentName: 'André' });
  });
});

describe('what no database text can hold is kept as bytes, and shown as what it could be', () => {
  test('a NUL and halves of characters, escaped in JSON', async () => {
    const sid = newSid();
    const body = `{"CallSid":"${sid}","receiver_name":"A\\u0000b\\ud800c\\udfff","call_group":"\\ud83d\\ude00\\u0000"}`;
    const { said, kept } = await post({ body });
    expect(said).toBe('200 success');
    expect(kept.state).toBe('RECORDED');
    expect(await call(sid)).toMatchObject({ agentName: 'A\ufffdb\ufffdc\ufffd', callGroup: { name: '😀\ufffd' } });
  });

  test('a NUL and broken bytes, escaped in a form and in a query', async () => {
    for (const send of [(text: string) => post({ body: text, type: form }), (text: string) => get(`?${text}`)]) {
      const sid = newSid();
      const { said, kept } = await send(`CallSid=${sid}&receiver_name=A%00b%ff%zz%`);
      expect(said).toBe('200 success');
      expect(kept.state).toBe('RECORDED');
      expect(await call(sid)).toMatchObject({ agentName: 'A\ufffdb\u00ff%zz%' });
    }
  });

  test('also as a key, a CallSid, a number, a URL, a time', async () => {
    const body =
      '{"Call\\u0000Sid":"1","CallSid":"16726499\\u000060.7","SourceNumber":"98\\u000012","CallRecordingUrl":"https://x/\\ud800","StartTime":"2023-01-02 14:29:20\\u0000","LegA_Picked_time":"2023-01-02 14:29:25","Direction":"I\\u0000VR"}';
    const { said, kept } = await post({ body });
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({ state: 'RECORDED', callSid: '16726499\ufffd60.7' });
    expect(await call('16726499\ufffd60.7')).toMatchObject({
      direction: 'UNKNOWN',
      startedAt: '2023-01-02T08:59:25.000Z',
    });
  });

  test('the longest words that fit are cut at a whole character', async () => {
    const sid = newSid();
    const words = `${'x'.repeat(254)}😀`;
    await post({
      body: JSON.stringify({ CallSid: sid, receiver_name: words, call_group: words, key_press: words, Status: words }),
    });
    expect(await call(sid)).toMatchObject({ agentName: 'x'.repeat(254), callGroup: { name: 'x'.repeat(254) } });
  });

  test('keys that come again do not count', async () => {
    const [first, second] = [newSid(), newSid()];
    await post({
      body: `{"CallSid":"${first}","CallSid":"${second}","call_sid":"${second}","receiver_name":"A","Receiver-Name":"B"}`,
    });
    expect(await call(first)).toMatchObject({ agentName: 'A' });
    expect(await call(second)).toBeNull();
    const third = newSid();
    await post({ body: `CallSid=${third}&CallSid=${second}&receiver_name=A&receiver_name=B`, type: form });
    expect(await call(third)).toMatchObject({ agentName: 'A' });
    expect(await call(second)).toBeNull();
  });
});

describe('a query string', () => {
  test('is a delivery, kept byte for byte, without the question mark', async () => {
    const sid = newSid();
    const query = `CallSid=${sid}&receiver_name=Asha%20Rao&SourceNumber=%2B919812345678&Direction=IVR`;
    const { said, kept } = await get(`?${query}`);
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({ form: 'QUERY', state: 'RECORDED', callSid: sid, body: query, contentType: null });
    expect(await call(sid)).toMatchObject({ agentName: 'Asha Rao', customerNumber: '+919812345678' });
  });

  test('with bytes that were never escaped is kept with them escaped, and read all the same', async () => {
    const sid = newSid();
    const line = Buffer.from(`GET ${door}?type=live_call&CallSid=${sid}&receiver_name=आशा Devi HTTP/1.1`);
    expect(await knockRaw(app, line)).toEqual({ status: 200, body: 'success' });
    expect(await lastKept(app)).toMatchObject({
      kind: 'LIVE_CALL',
      form: 'QUERY',
      state: 'RECORDED',
      callSid: sid,
      body: `type=live_call&CallSid=${sid}&receiver_name=${encodeURIComponent('आशा Devi')}`,
    });
    const { rows } = await app.database.db.execute(sql`select agent_name from calls where call_sid = ${sid}`);
    expect(rows).toEqual([{ agent_name: 'आशा Devi' }]);
  });

  test.each([
    ['a word that is no method', 'FETCH'],
    ['another version', `GET ${door}?CallSid=1 2 HTTP/3.0`],
    ['bytes in the path', `GET ${door}/आ?CallSid=1 HTTP/1.1`],
    ['a second line before the end', `GET ${door}?CallSid=1\n2 HTTP/1.1`],
  ])('is refused with 400, and not kept: %s', async (_what, line) => {
    const before = (await keptEvents(app)).length;
    expect((await knockRaw(app, line)).status).toBe(400);
    expect(await keptEvents(app)).toHaveLength(before);
  });

  test('that is as long as a body may be is kept whole', async () => {
    const sid = newSid();
    const query = `type=live_call&CallSid=${sid}&note=`.padEnd(64 * 1024, 'x');
    const { said, kept } = await get(`?${query}`);
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({ state: 'RECORDED', callSid: sid, body: query });
  });

  test('that was appended to a URL with one of its own is read from where the provider begins', async () => {
    const sid = newSid();
    const { said, kept } = await get(`?key=abc?type=live_call&CallSid=${sid}&receiver_name=Asha`);
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({
      kind: 'LIVE_CALL',
      callSid: sid,
      body: `key=abc?type=live_call&CallSid=${sid}&receiver_name=Asha`,
    });
    const other = newSid();
    await get(`?key=abc?CallSid=${other}&receiver_name=Asha`);
    expect(await call(other)).toMatchObject({ agentName: 'Asha' });
    const third = newSid();
    await get(`??CallSid=${third}`);
    expect(await call(third)).not.toBeNull();
  });

  test('of a GET counts, whatever body and type come with it', async () => {
    const sid = newSid();
    const { status } = await knock(app, {
      method: 'GET',
      path: `${door}?CallSid=${sid}`,
      headers: { 'content-type': 'image/png' },
      body: '{"CallSid":"9"}',
    });
    expect(status).toBe(200);
    expect(await call(sid)).not.toBeNull();
    expect(await call('9')).toBeNull();
  });

  test('of a POST counts where there is no body, else the body', async () => {
    const [sid, other] = [newSid(), newSid()];
    for (const type of [null, 'application/json', form]) {
      const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
      const { status } = await knock(app, { path: `${door}?CallSid=${sid}`, headers });
      expect(status).toBe(200);
    }
    expect(await call(sid)).not.toBeNull();
    await knock(app, {
      path: `${door}?CallSid=${newSid()}&receiver_name=wrong`,
      headers: { 'content-type': 'application/json' },
      body: `{"CallSid":"${other}","receiver_name":"right"}`,
    });
    expect(await lastKept(app)).toMatchObject({ form: 'JSON', callSid: other });
    expect(await call(other)).toMatchObject({ agentName: 'right' });
  });
});

describe('what a delivery is', () => {
  const liveish = (sid: string) => JSON.stringify({ CallSid: sid, Status: 'ANSWER', Direction: 'IVR' });

  test.each<[under: string, body: (sid: string) => string, kind: string, status: string]>([
    ['', liveish, 'LIVE_CALL', 'IN_PROGRESS'],
    ['/', liveish, 'LIVE_CALL', 'IN_PROGRESS'],
    ['/live-call', liveish, 'LIVE_CALL', 'IN_PROGRESS'],
    ['/live-call/', liveish, 'LIVE_CALL', 'IN_PROGRESS'],
    ['/call-report', liveish, 'CALL_REPORT', 'COMPLETED'],
    ['/call-report/', liveish, 'CALL_REPORT', 'COMPLETED'],
    ['', (sid) => `{"CallSid":"${sid}","EndTime":"2023-01-02 14:30:20"}`, 'CALL_REPORT', 'COMPLETED'],
    ['', (sid) => `{"CallSid":"${sid}","TalkDuration":"5"}`, 'CALL_REPORT', 'COMPLETED'],
    [
      '',
      (sid) => `{"CallSid":"${sid}","CallDuration":"0","EndTime":"0000-00-00 00:00:00"}`,
      'CALL_REPORT',
      'COMPLETED',
    ],
    ['', (sid) => `{"CallSid":"${sid}","Status":"Picked","CallDuration":"0","coins":""}`, 'LIVE_CALL', 'IN_PROGRESS'],
    ['/live-call', (sid) => `{"type":"call_report","CallSid":"${sid}","Status":"x"}`, 'CALL_REPORT', 'COMPLETED'],
    [
      '/call-report',
      (sid) => `{"type":"live_call","CallSid":"${sid}","EndTime":"2023-01-02 14:30:20"}`,
      'LIVE_CALL',
      'RINGING',
    ],
    ['/live-call', (sid) => `{"CallSid":"${sid}","EndTime":"2023-01-02 14:30:20"}`, 'LIVE_CALL', 'RINGING'],
  ])('at %j: what its type says, else its URL, else its fields', async (under, body, kind, status) => {
    const sid = newSid();
    const { said, kept } = await post({ body: body(sid), under });
    expect(said).toBe('200 success');
    expect(kept).toMatchObject({ kind, state: 'RECORDED' });
    expect(await call(sid)).toMatchObject({ status });
  });
});

describe('a second delivery of the same', () => {
  test('is kept as DUPLICATE, in whatever form it comes', async () => {
    const sid = newSid();
    const payload = { CallSid: sid, Status: 'NO ANSWER', receiver_name: 'आ & b' };
    const states: string[] = [(await post({ body: JSON.stringify(payload) })).kept.state];
    states.push((await post({ body: JSON.stringify(payload) })).kept.state);
    states.push((await post({ body: new URLSearchParams(payload).toString(), type: form })).kept.state);
    states.push((await get(`?${new URLSearchParams(payload)}`)).kept.state);
    states.push((await post({ body: ` ${JSON.stringify(payload, null, 2)}` })).kept.state);
    states.push((await post({ body: JSON.stringify({ ...payload, Status: 'BUSY' }) })).kept.state);
    expect(states).toEqual(['RECORDED', 'DUPLICATE', 'DUPLICATE', 'DUPLICATE', 'DUPLICATE', 'RECORDED']);
  });

  test('whose first could not be read is one too', async () => {
    const body = `{"again": ${createHash('md5').update('again').digest('hex')}`;
    expect((await post({ body })).kept.state).toBe('UNREADABLE');
    const second = await post({ body });
    expect(second.said).toMatch(/^400 /);
    expect(second.kept.state).toBe('DUPLICATE');
  });
});

test('deliveries that come at the same moment are each kept once, and one call comes of those that tell of one', async () => {
  const sid = newSid();
  const before = (await keptEvents(app)).length;
  const bodies = Array.from({ length: 20 }, (_, i) => JSON.stringify({ CallSid: sid, key_press: String(i % 10) }));
  const answers = await Promise.all(
    bodies.map((body) => knock(app, { path: door, headers: { 'content-type': 'application/json' }, body })),
  );
  expect(answers.every(({ status, body }) => status === 200 && body === 'success')).toBe(true);
  const kept = (await keptEvents(app)).slice(before);
  expect(kept.map(({ state }) => state).sort()).toEqual([
    ...Array(10).fill('DUPLICATE'),
    ...Array(10).fill('RECORDED'),
  ]);
  const { calls } = await app.query<{ calls: { totalCount: number } }>(
    'query ($sid: String!) { calls(filter: { callSid: { eq: $sid } }) { totalCount } }',
    { sid },
  );
  expect(calls.totalCount).toBe(1);
});
