import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash, type Fields, readPayload } from '../../src/providers/callerdesk/payload.ts';
import type { SentDelivery } from '../../src/providers/provider.ts';
import { encode, fieldsFrom } from './deliver.ts';

const json = (text: string | Buffer, contentType: string | null = 'application/json') =>
  readPayload({ form: 'JSON', body: Buffer.from(text), contentType });
const form = (text: string | Buffer, contentType: string | null = 'application/x-www-form-urlencoded') =>
  readPayload({ form: 'FORM', body: Buffer.from(text), contentType });
const query = (text: string) => readPayload({ form: 'QUERY', body: Buffer.from(text), contentType: null });
const valuesOf = (read: ReturnType<typeof readPayload>) => (read.ok ? Object.fromEntries(read.fields.values) : read);
const hash = (fields: Fields) => contentHash(fields).toString('hex');

describe('keys', () => {
  it('match without regard to case and separators', () => {
    const text = '{"CALL_SID":"1","Leg A-Picked.Time":"2","callrecordingURL":"3"}';
    expect(valuesOf(json(text))).toEqual({ callsid: '1', legapickedtime: '2', callrecordingurl: '3' });
  });

  it.each([
    ['JSON, spelt differently', json('{"CallSid":"first","call_sid":"second"}')],
    ['JSON, repeated', json('{"CallSid":"first","CallSid":"second"}')],
    ['a form, repeated', form('CallSid=first&CallSid=second&callsid=third')],
    ['a query, repeated', query('CallSid=first&CallSid=second')],
    ['a list', json('{"CallSid":["first","second"]}')],
    ['a list that does not begin with a scalar', json('{"CallSid":[null,{"a":1},"first",2]}')],
  ])('the first of several wins: %s', (_what, read) => {
    expect(valuesOf(read)).toEqual({ callsid: 'first' });
  });

  it('named like what every object has are no danger', () => {
    const read = json('{"__proto__":{"CallSid":"no"},"constructor":"x","toString":"y","CallSid":"1"}');
    expect(valuesOf(read)).toEqual({ callsid: '1' });
    expect(valuesOf(form('__proto__=x&hasOwnProperty=y&CallSid=1'))).toEqual({ callsid: '1' });
  });

  it('are all kept in their order, also those we do not know', () => {
    const read = json('{"b":"1","CallSid":"2","a":"3","7":"4"}');
    expect(read.ok && read.fields.pairs.map((pair) => pair.key)).toEqual(['b', 'CallSid', 'a', '7']);
  });
});

describe('values', () => {
  it('numbers keep all their digits and truth is a word', () => {
    const read = json(
      '{"CallSid":1672649960.9600,"Uniqueid":12345678901234567890,"coins":1.50,"campid":1e3,"type":true}',
    );
    expect(valuesOf(read)).toEqual({
      callsid: '1672649960.9600',
      uniqueid: '12345678901234567890',
      coins: '1.50',
      campid: '1000',
      type: 'true',
    });
  });

  it('numbers whose digits an exponent has cut off are not made up', () => {
    const read = json('{"CallSid":1.76465E+09,"SourceNumber":9.1981E+11,"coins":1.5e-1,"campid":-2E6}');
    expect(valuesOf(read)).toEqual({
      callsid: '1.76465E+09',
      sourcenumber: '9.1981E+11',
      coins: '0.15',
      campid: '-2000000',
    });
  });

  it('null and nested values are blank', () => {
    const read = json('{"CallSid":null,"Status":{"words":["ANSWER"]},"coins":[],"Direction":[[1]]}');
    expect(valuesOf(read)).toEqual({ callsid: '', status: '', coins: '', direction: '' });
  });

  it('escapes are read, also in keys', () => {
    expect(valuesOf(json('{"Call\\u0053id":"a\\"b\\\\","receiver_name":"\\u0906"}'))).toEqual({
      callsid: 'a"b\\',
      receivername: 'आ',
    });
  });

  it('NUL and lone surrogates, which no database text holds, become U+FFFD', () => {
    const read = json('{"CallSid":"a\\u0000b","receiver_name":"\\ud800x\\ud83d\\ude00","z\\u0000":{"a":"\\udc00"}}');
    expect(valuesOf(read)).toEqual({ callsid: 'a\ufffdb', receivername: '\ufffdx\u{1f600}' });
    expect(valuesOf(form('CallSid=a%00b'))).toEqual({ callsid: 'a\ufffdb' });
  });

  it('a plus is a space, and what is no percent encoding is read as far as it goes', () => {
    expect(
      valuesOf(form('Status=NO+ANSWER&receiver_name=%E0%A4%86%2B&call_group=100%25+%zz%&key_press=%ff%41')),
    ).toEqual({
      status: 'NO ANSWER',
      receivername: 'आ+',
      callgroup: '100% %zz%',
      keypress: '\u00ffA',
    });
  });
});

describe('the content type decides', () => {
  const sid = { callsid: '1' };

  it.each(['application/json', 'Application/JSON; charset=utf-8', 'application/vnd.callerdesk+json', 'text/json'])(
    '%s is JSON',
    (contentType) => {
      expect(valuesOf(json('{"CallSid":"1"}', contentType))).toEqual(sid);
      expect(json('CallSid=1', contentType)).toMatchObject({ ok: false, status: 400, reason: 'body: not valid JSON' });
    },
  );

  it.each([null, '', 'text/plain', 'text/plain; charset=UTF-8'])(
    '%j is tried as JSON, then as a form',
    (contentType) => {
      expect(json('{"CallSid":"1"}', contentType)).toMatchObject({ ok: true, form: 'JSON' });
      expect(json('CallSid=1&Status=ANSWER', contentType)).toMatchObject({ ok: true, form: 'FORM' });
      expect(json('', contentType)).toMatchObject({ ok: true, form: 'FORM' });
      expect(json('[1]', contentType)).toMatchObject({ ok: false, status: 200, reason: 'body: JSON, but no object' });
      expect(json('{"CallSid":"1","a=b"', contentType)).toMatchObject({ ok: false, status: 400 });
      expect(json('hello', contentType)).toMatchObject({
        ok: false,
        status: 400,
        reason: 'body: neither JSON nor a form',
      });
    },
  );

  it.each(['[]', '"text"', '7', 'null', 'true'])('%s is JSON but no delivery', (text) => {
    expect(json(text)).toMatchObject({ ok: false, status: 200, reason: 'body: JSON, but no object' });
  });

  it.each(['', '{', '{"a":1,}', '{a:1}', "{'a':1}", '{"a":1}x'])('%j is not JSON', (text) => {
    expect(json(text)).toMatchObject({ ok: false, status: 400 });
  });

  it('bytes that are no UTF-8 are read as windows-1252, those around them as UTF-8', () => {
    const latin = Buffer.from('{"CallSid":"1","receiver_name":"André"}', 'latin1');
    expect(valuesOf(json(latin))).toEqual({ ...sid, receivername: 'André' });
    expect(valuesOf(form(Buffer.from('receiver_name=André', 'latin1')))).toEqual({ receivername: 'André' });
    const mixed = Buffer.concat([Buffer.from('CallSid=1&receiver_name=आशा '), Buffer.from('\x80 \xe9', 'latin1')]);
    expect(valuesOf(form(mixed))).toEqual({ ...sid, receivername: 'आशा € é' });
    expect(valuesOf(form('CallSid=1&receiver_name=%E0%A4%86%E9+%F0%9F%98%80%E2%82'))).toEqual({
      ...sid,
      receivername: 'आé 😀â‚',
    });
    expect(valuesOf(json('{"CallSid":"1"}', 'application/json; charset=utf-16'))).toEqual(sid);
    expect(valuesOf(json(latin, 'application/json; charset="ISO-8859-1"'))).toEqual({ ...sid, receivername: 'André' });
  });

  it('a charset says how escapes of a form are read', () => {
    const read = form('CallSid=1&receiver_name=Andr%E9', 'application/x-www-form-urlencoded; charset=windows-1252');
    expect(valuesOf(read)).toEqual({ ...sid, receivername: 'André' });
  });

  it('UTF-16 and a byte order mark are read, and an unknown charset as UTF-8', () => {
    const utf16 = Buffer.from('\ufeff{"CallSid":"1"}', 'utf16le');
    expect(valuesOf(json(utf16, 'application/json; charset=utf-16'))).toEqual(sid);
    expect(valuesOf(json('\ufeff{"CallSid":"1"}'))).toEqual(sid);
    expect(valuesOf(json('{"CallSid":"1"}', 'application/json; charset=klingon'))).toEqual(sid);
  });
});

describe('a query string', () => {
  it.each([
    'CallSid=1&Status=ANSWER',
    '?CallSid=1&Status=ANSWER',
    'key=abc?CallSid=1&Status=ANSWER',
    '?key=abc?CallSid=1&Status=ANSWER',
    '??CallSid=1&Status=ANSWER',
    'key?CallSid=1&Status=ANSWER',
  ])('%s is read from where the provider begins', (text) => {
    expect(valuesOf(query(text))).toEqual({ callsid: '1', status: 'ANSWER' });
  });

  it('a question mark in a value of the provider is one', () => {
    const values = { callrecordingurl: 'https://x.in/a?b=c', callsid: '1' };
    expect(valuesOf(query('CallRecordingUrl=https://x.in/a?b=c&CallSid=1'))).toEqual(values);
    expect(valuesOf(query('CallSid=1&CallRecordingUrl=https://x.in/a?b=c'))).toEqual(values);
    expect(valuesOf(query('key=what?&CallSid=1'))).toEqual({ callsid: '1' });
  });

  it('one report has one content, by POST and by a GET to a URL with a key', () => {
    const report = { CallSid: '1', Status: 'NO ANSWER', receiver_name: 'आ & b' };
    const get = encode(report, 'QUERY');
    const behindKey: SentDelivery = { ...get, body: Buffer.concat([Buffer.from('key=abc?'), get.body]) };
    expect(hash(fieldsFrom(behindKey))).toBe(hash(fieldsFrom(encode(report))));
  });
});

describe('the content of a delivery', () => {
  const hashOf = (text: string) => hash(fieldsFrom({ form: 'JSON', body: Buffer.from(text), contentType: null }));

  it('is 16 bytes', () => {
    expect(contentHash(fieldsFrom(encode({})))).toHaveLength(16);
  });

  it('does not depend on order, spelling of keys, white space, or whether a number is quoted', () => {
    expect(hashOf('{"CallSid":"1","CallDuration":18}')).toBe(hashOf('{ "call_duration" : "18", "callsid" : "1" }'));
  });

  it.each([
    ['{"a":"1"}', '{"a":"2"}'],
    ['{"a":""}', '{}'],
    ['{"a":"","A":"x"}', '{"a":"x","A":""}'],
    ['{"a":"x","a":"y"}', '{"a":"y","a":"x"}'],
    ['{"a":{"b":1}}', '{"a":{"b":2}}'],
    ['{"a":{"b":1}}', '{"a":"{\\"b\\":1}"}'],
    ['{"a":"b","c":"d"}', '{"a":"b\\u0000c\\u0000d"}'],
    ['{"a":"\\u0000"}', '{"a":"\\ufffd"}'],
    ['{"a":"\\ud800"}', '{"a":"\\ud801"}'],
    [`{"a":"${'x'.repeat(50_000)}1"}`, `{"a":"${'x'.repeat(50_000)}2"}`],
  ])('differs where anything that was sent differs: %s and %s', (one, other) => {
    expect(hashOf(one)).not.toBe(hashOf(other));
  });

  it('differs where escapes differ that are no text', () => {
    const hashes = ['%FF', '%FE', '%FF%FF'].map((value) =>
      hash(fieldsFrom({ ...encode({}, 'FORM'), body: Buffer.from(`a=${value}`) })),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  it('differs by the kind that only a URL tells', () => {
    const fields = fieldsFrom(encode({ CallSid: '1' }));
    expect(contentHash(fields, 'LIVE_CALL')).not.toEqual(contentHash(fields, 'CALL_REPORT'));
  });

  it('is the same in every form, for any text', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[\0\ufffd]/.test(value));
    fc.assert(
      fc.property(fc.dictionary(text, text), (payload) => {
        const forms = (['JSON', 'FORM'] as const).map((one) => hash(fieldsFrom(encode(payload, one))));
        expect(new Set(forms).size).toBe(1);
      }),
    );
  });
});

it('members of any JSON object are read as JSON.parse reads them', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 2), (object, indent) => {
      const read = json(JSON.stringify(object, null, indent));
      if (!read.ok) throw new Error(read.reason);
      const parsed = Object.entries(JSON.parse(JSON.stringify(object)) as Record<string, unknown>);
      expect(read.fields.pairs).toHaveLength(parsed.length);
      const clean = (text: string) => text.replace(/[\0\p{Surrogate}]/gu, '\ufffd');
      for (const [key, value] of parsed) {
        const pair = read.fields.pairs.find((one) => one.key === clean(key));
        if (typeof value === 'string') expect(pair?.value).toBe(clean(value));
        if (typeof value === 'number') expect(Number(pair?.value)).toBe(value);
        if (typeof value === 'object' && value !== null) expect(pair?.nested).not.toBeNull();
      }
    }),
  );
});

it('any bytes of any content type are read or refused, never thrown', () => {
  const contentType = fc.option(
    fc.oneof(
      fc.constantFrom(
        'application/json',
        'text/plain; charset=utf-16',
        'application/x-www-form-urlencoded; charset=big5',
      ),
      fc.string(),
    ),
  );
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.json(), fc.constant('['.repeat(60_000)));
  const forms = fc.constantFrom('JSON', 'FORM', 'QUERY' as const);
  fc.assert(
    fc.property(forms, body, contentType, (sentAs, bytes, type) => {
      const read = readPayload({ form: sentAs as SentDelivery['form'], body: Buffer.from(bytes), contentType: type });
      if (read.ok) expect(contentHash(read.fields)).toHaveLength(16);
    }),
    { numRuns: 300 },
  );
});
