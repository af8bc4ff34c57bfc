import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

/** A generator of numbers that is the same for the same seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const keys = [
  'type',
  'CallSid',
  'Direction',
  'Status',
  'callstatus',
  'SourceNumber',
  'DestinationNumber',
  'DialWhomNumber',
  'receiver_name',
  'agent_email',
  'call_group',
  'key_press',
  'StartTime',
  'EndTime',
  'LegA_Picked_time',
  'LegB_Start_time',
  'LegB_Picked_time',
  'CallDuration',
  'TalkDuration',
  'hangup_cause',
  'error_code',
  'coins',
  'campid',
  'CallRecordingUrl',
  'call sid',
  'STARTTIME',
  '',
  '__proto__',
  'constructor',
  'toString',
  'ключ',
];
const values: unknown[] = [
  '',
  ' ',
  '0',
  '-1',
  'ANSWER',
  'NO ANSWER (0-Agent)',
  'IVR',
  'WEBOBD',
  '1672649960.9601',
  '9812345678',
  '+91-98x',
  '0'.repeat(400),
  '2023-01-02 14:29:20',
  '2023-02-30 25:61:61',
  '0000-00-00 00:00:00',
  '9999-12-31 23:59:59',
  '0001-01-01 00:00:00',
  '10000-01-01 00:00:00',
  '1e400',
  'NaN',
  'Infinity',
  '999999999999999999999999',
  '-0',
  '1.5.5',
  '0x10',
  '٣',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\ufffe',
  '😀'.repeat(50),
  "'; drop table calls; --",
  '\\',
  '%',
  '%00',
  '<script>',
  '\u202e',
  '\r\n',
  'x'.repeat(5000),
  'https://callrecords.callerdesk.io/a.mp3',
  'javascript:alert(1)',
  null,
  true,
  false,
  0,
  -1,
  1e308,
  2 ** 53,
  0.1,
  [],
  ['a', 'b'],
  {},
  { a: { b: { c: 1 } } },
  [[[[[]]]]],
];
const types = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=latin1',
  'application/json; charset=utf-16',
  'application/json; charset=x-none',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=iso-8859-1',
  'text/plain',
  'text/plain; charset=koi8-r',
  '',
  'APPLICATION/JSON',
  'application/vnd.x+json',
  'multipart/form-data; boundary=x',
  'application/octet-stream',
  'image/png',
  'text/html',
  ';;;',
  'json',
];

export type Mutant = {
  method: 'POST' | 'GET';
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
  /** How many deliveries are to be kept of it, unless it is refused. */
  deliveries: number;
};

type Random = (below: number) => number;
type Pairs = [string, unknown][];

/** A delivery with many things wrong with it. `path` is what follows the secret. */
export function mutant(random: Random): Mutant {
  const pick = <Item>(items: readonly Item[]) => items[random(items.length)] as Item;
  const pairs = makePairs(random);
  const kind = pick(['', '', '/call-report', '/live-call']);
  if (random(3) === 0) {
    const query = formOf(pairs, random)
      .replace(/[^\x21-\x7e]/g, '%')
      .slice(0, 7000);
    return { method: 'GET', path: `${kind}?${query}`, headers: {}, deliveries: query === '' ? 0 : 1 };
  }
  if (random(8) === 0) return listOf(random, kind);
  const type = pick(types);
  const text = type.includes('form') || random(6) === 0 ? formOf(pairs, random) : jsonOf(pairs, random);
  const one = random(4) === 0 ? wrapped(pairs, type, random) : { type, text };
  const body = spoil(encoded(one.text, random), random);
  const { headers, body: sent } = random(10) === 0 ? compressed(body, random) : { headers: {}, body };
  return {
    method: 'POST',
    path: kind,
    headers: { ...headers, ...(one.type !== '' && { 'content-type': one.type }) },
    body: sent,
    deliveries: sent.length === 0 ? 0 : 1,
  };
}

function makePairs(random: Random): Pairs {
  const pick = <Item>(items: readonly Item[]) => items[random(items.length)] as Item;
  return [
    ['CallSid', random(3) === 0 ? pick(values) : `fuzz-${random(5000)}.${random(9)}`],
    ['StartTime', random(2) === 0 ? '2023-01-02 14:29:20' : pick(values)],
    ...Array.from({ length: random(12) }, (): [string, unknown] => [pick(keys), pick(values)]),
  ];
}

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

function formOf(pairs: Pairs, random: Random): string {
  return pairs
    .map(([key, value]) => `${escaped(key, random)}=${escaped(asText(value), random)}`)
    .join(random(20) === 0 ? ';' : '&');
}

function jsonOf(pairs: Pairs, random: Random): string {
  const members = pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return `{${members.join(random(30) === 0 ? ';' : ',')}}`;
}

/** What senders wrap a delivery in. */
function wrapped(pairs: Pairs, type: string, random: Random): { type: string; text: string } {
  const pick = <Item>(items: readonly Item[]) => items[random(items.length)] as Item;
  const name = pick(['data', 'payload', 'x', '', '__proto__', 'event']);
  const text = jsonOf(pairs, random);
  const form = pick(['application/x-www-form-urlencoded', type]);
  switch (random(7)) {
    case 0:
      return { type: form, text };
    case 1:
      return { type: form, text: `${name}=${encodeURIComponent(text.toWellFormed())}&a=1` };
    case 2:
      return {
        type: form,
        text: pairs.map(([key, value]) => `${name}[${key}]=${escaped(asText(value), random)}`).join('&'),
      };
    case 3:
      return { type, text: `{"event":${JSON.stringify(pick(values))},${JSON.stringify(name)}:${text}}` };
    case 4:
      return { type, text: JSON.stringify(text) };
    case 5:
      return { type, text: `{"a":{"b":${text}}}` };
    default: {
      const parts = pairs.map(
        ([key, value]) => `--x\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${asText(value)}\r\n`,
      );
      return { type: 'multipart/form-data; boundary=x', text: `${parts.join('')}--x--` };
    }
  }
}

/** Deliveries in a list: each is to be kept. */
function listOf(random: Random, path: string): Mutant {
  const pick = <Item>(items: readonly Item[]) => items[random(items.length)] as Item;
  const count = 1 + random(5);
  const items = Array.from({ length: count }, () => {
    const item = JSON.stringify(
      Object.fromEntries([...makePairs(random), ['CallSid', `fuzz-${random(5000)}.${random(9)}`]]),
    );
    return random(5) === 0 ? JSON.stringify(item) : item;
  });
  const list = `[${items.join(', ')}]`;
  const [type, text] = pick([
    ['application/json', list],
    ['application/x-www-form-urlencoded', list],
    ['', list],
    ['application/json', `{"event":"x","calls":${list}}`],
    ['application/x-www-form-urlencoded', `data=${encodeURIComponent(list)}`],
  ] as const);
  const body = Buffer.from(text);
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  return { method: 'POST', path, headers, body, deliveries: count };
}

function compressed(body: Buffer, random: Random): { headers: Record<string, string>; body: Buffer } {
  const [encoding, compress] = [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['gzip', (bytes: Buffer) => bytes],
    ['zstd', (bytes: Buffer) => bytes],
  ][random(5)] as [string, (bytes: Buffer) => Buffer];
  return { headers: { 'content-encoding': encoding }, body: compress(body) };
}

function escaped(text: string, random: (below: number) => number): string {
  if (random(10) === 0) return text;
  if (random(10) === 0) return '%zz%';
  return encodeURIComponent(text.toWellFormed());
}

function encoded(text: string, random: (below: number) => number): Buffer {
  const encoding = (['utf8', 'utf8', 'utf8', 'latin1', 'utf16le'] as const)[random(5)];
  return Buffer.from(text, encoding);
}

function spoil(body: Buffer, random: (below: number) => number): Buffer {
  switch (random(8)) {
    case 0:
      return body.subarray(0, random(body.length + 1));
    case 1: {
      const spoilt = Buffer.from(body);
      for (let i = 0; i < 4 && spoilt.length > 0; i++) spoilt[random(spoilt.length)] = random(256);
      return spoilt;
    }
    case 2:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    case 3:
      return random(40) === 0 ? Buffer.alloc(65_536 + random(3), 'x') : body;
    default:
      return body;
  }
}
