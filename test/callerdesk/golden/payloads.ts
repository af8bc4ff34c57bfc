import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { encode } from '../deliver.ts';
import type { Payload } from './read-as-today.ts';

const folder = new URL('../../fixtures/callerdesk/', import.meta.url);

type Fixture = { form?: Payload['form']; payload: Record<string, unknown> };

/** Every fixture in the forms that it may come in, and as a row of a file and of the list. */
export function fixturePayloads(): [name: string, payload: Payload][][] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort();
  return files.map((file) => {
    const { form, payload } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture;
    const forms = form ? [form] : (['JSON', 'FORM', 'QUERY'] as const);
    const plain = forms.map((form) => {
      const { body, contentType } = encode(payload, form);
      return [form, { form, type: contentType, body }] as const;
    });
    const json = { form: 'JSON', type: 'application/json', body: Buffer.from(JSON.stringify(payload)) } as const;
    const multipart = { ...json, type: 'multipart/form-data; boundary=b', body: multipartOf(payload) };
    const wrapped = {
      ...json,
      type: 'application/x-www-form-urlencoded',
      body: Buffer.from(`event=x&data=${encodeURIComponent(JSON.stringify(payload))}`),
    };
    const list = { ...json, body: Buffer.from(JSON.stringify({ calls: [payload, payload] })) };
    const all: (readonly [string, Payload])[] = [
      ...plain,
      ['multipart', multipart],
      ['in a field', wrapped],
      ['in a list', list],
      ['at the address of live events', { ...json, url: 'LIVE_CALL' }],
      ['at the address of reports', { ...json, url: 'CALL_REPORT' }],
      ['imported', { ...json, as: 'IMPORT' }],
    ];
    return all.map(([how, one]): [string, Payload] => [`${file.replace('.json', '')}, ${how}`, one]);
  });
}

function multipartOf(payload: Record<string, unknown>): Buffer {
  const parts = Object.entries(payload).map(
    ([key, value]) => `--b\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${String(value)}\r\n`,
  );
  return Buffer.from(`${parts.join('')}--b--\r\n`);
}

/** A payload that the other tests send, one a line: its text, or its bytes where they are none. */
type Line = Pick<Payload, 'form' | 'type' | 'as' | 'url' | 'broken'> & { text?: string; base64?: string };

/** What the other tests send: odd senders, wrappers, charsets, rows of the list, and what cannot be read. */
export function oddPayloads(): [name: string, payload: Payload][] {
  const lines = readFileSync(new URL('payloads.jsonl', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line, i) => {
    const { text, base64, ...told } = JSON.parse(line) as Line;
    const body = text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
    return [`payload ${i + 1}`, { ...told, body }];
  });
}

const text = Buffer.from('{"CallSid":"1672649960.1","Status":"ANSWER"}');

/** Bodies as they are sent compressed, with what their header says. */
export const compressed: readonly [name: string, body: Buffer, encoding: string | undefined][] = [
  ['gzip', gzipSync(text), 'gzip'],
  ['x-gzip', gzipSync(text), 'X-GZIP'],
  ['gzip that no header names', gzipSync(text), undefined],
  ['deflate', deflateSync(text), 'deflate'],
  ['deflate without its header', deflateRawSync(text), 'deflate'],
  ['br', brotliCompressSync(text), 'br'],
  ['one in the other', brotliCompressSync(gzipSync(text)), 'gzip, br'],
  ['identity', text, 'identity'],
  ['none', text, undefined],
  ['another that nobody knows', text, 'zstd'],
  ['too large', gzipSync(Buffer.alloc(64 * 1024 + 1)), 'gzip'],
];
