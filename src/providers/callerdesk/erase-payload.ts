import { digitsOf, type NumberFinder } from '../../phone-numbers/number-finder.ts';
import type { DeliveryForm, ErasedPayload, KeptPayload } from '../provider.ts';
import { sentDelivery } from '../sent-delivery.ts';
import { type FieldName, isFieldName } from './field-names.ts';
import { type Pair, readPayload } from './payload.ts';

/** Of the person outside, whoever it is. What the service does not know may be, too. */
const personal: ReadonlySet<FieldName> = new Set(['keypress', 'callrecordingurl', 'cpartynumber', 'cpartyrecording']);

/**
 * A delivery without the person: in the same form, readable, and read as the same call, but for what was theirs. A key stays,
 * its value goes. Null where it is neither of their call nor holds their number, or has been erased before.
 */
export function erasePayload(kept: KeptPayload, finder: NumberFinder, isTheirCall: boolean): ErasedPayload | null {
  if (!isTheirCall && !mayHold(kept.body, finder)) return null;
  const read = readPayload(sentDelivery(kept));
  if (!read.ok) return changed(kept, Buffer.from('erased'), read.form);
  const { pairs } = read.fields;
  // What stands around the fields goes in any case.
  if (!isTheirCall && !read.isWrapped && !pairs.some((pair) => holds(pair, finder))) return null;
  // Of another's call that only somewhere names the number, the rest is not theirs.
  const isAnothers = !isTheirCall && (kept.state === 'RECORDED' || kept.state === 'DUPLICATE');
  const blanked = pairs
    .filter(({ key }) => !finder.isIn(key))
    .map((pair) => {
      const isGone = holds(pair, finder) || (!isAnothers && isPersonal(pair, kept));
      return isGone ? { ...pair, value: '', nested: null } : isAnothers ? pair : { ...pair, nested: null };
    });
  return changed(kept, write(withKind(blanked, kept), read.form), read.form);
}

function holds({ key, name, value, nested }: Pair, { isIn }: NumberFinder): boolean {
  if (name === 'callsid') return false;
  return isIn(key) || isIn(value) || (nested !== null && isIn(nested));
}

function isPersonal({ name }: Pair, { state }: KeptPayload): boolean {
  // Without its numbers it would no longer be told from the call whose id it has, and be merged with it by a replay.
  if (name === 'callsid') return state === 'CONFLICT';
  return !isFieldName(name) || personal.has(name);
}

const types = { CALL_REPORT: 'call_report', LIVE_CALL: 'live_call' } as const;

/** What a delivery is may have been told by what is gone, or by the address: from here on by its type. */
function withKind(pairs: Pair[], { kind }: KeptPayload): Pair[] {
  if (kind === 'OTHER') return pairs;
  const first = pairs.findIndex(({ name }) => name === 'type');
  const type = { key: pairs[first]?.key ?? 'type', name: 'type', value: types[kind], nested: null };
  return first < 0 ? [...pairs, type] : pairs.with(first, type);
}

function write(pairs: Pair[], form: DeliveryForm): Buffer {
  if (form === 'JSON') {
    return Buffer.from(
      `{${pairs.map(({ key, value, nested }) => `${JSON.stringify(key)}:${nested ?? JSON.stringify(value)}`).join(',')}}`,
    );
  }
  // Nested values come in a form as the JSON of a field.
  return Buffer.from(
    pairs.map(({ key, value, nested }) => `${encode(key)}=${encode(value || nested || '')}`).join('&'),
  );
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}

function changed(kept: KeptPayload, body: Buffer, form: DeliveryForm): ErasedPayload | null {
  const type = form === 'JSON' ? 'application/json' : 'application/x-www-form-urlencoded';
  // The charset of what was received is not that of what is kept now.
  const contentType = kept.contentType === null || form === 'QUERY' ? null : type;
  return body.equals(kept.body) && contentType === kept.contentType ? null : { body, contentType };
}

/** Quickly, whether a body may hold the number: its digits one after another, whatever stands between them. */
function mayHold(body: Buffer, { digits }: NumberFinder): boolean {
  let text = body.toString('latin1');
  // JSON may stand in a field of a form, or in a text of JSON: escapes within escapes.
  for (let depth = 0; depth < 6 && /[\\%]/.test(text); depth++) {
    text = text.replace(/\\u([0-9a-f]{4})|%([0-9a-f]{2})|\\(?=\\)/gi, (_escape, unicode?: string, percent?: string) =>
      String.fromCharCode(Number.parseInt(unicode ?? percent ?? '20', 16)),
    );
  }
  return digitsOf(text).includes(digits);
}
