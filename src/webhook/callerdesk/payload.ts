import { sha256 } from '../../sha256.ts';
import type { EventForm, EventKind } from '../webhook-event.table.ts';
import { isCallListRow } from './call-list-row.ts';
import { cleanText } from './clean-text.ts';
import { declaredForm, decodeBody } from './content-type.ts';
import type { FieldName } from './field-names.ts';
import { dropOwnQuery, readFormPairs } from './form-pairs.ts';
import { type JsonMember, readJsonMembers } from './json-members.ts';
import { shapeOf } from './payload-shape.ts';

/** One key and its value, in text that can be stored. */
export type Pair = {
  key: string;
  /** The key without regard to case and separators. */
  name: string;
  value: string;
  /** The JSON of a value that is no scalar. */
  nested: string | null;
};

/** What a delivery says. */
export type Fields = {
  /** All of it, in its order. */
  pairs: readonly Pair[];
  /** The places of the pairs, in the order of their names. */
  order: readonly number[];
  /** The fields we know; of several with one name the first. */
  values: ReadonlyMap<FieldName, string>;
  /** Whether it is a row of the provider's call list. */
  isRow: boolean;
  /** The bytes it was read from. */
  source: Buffer;
};

/** The forms in which a webhook delivery comes. */
export type DeliveryForm = Extract<EventForm, 'JSON' | 'FORM' | 'QUERY'>;

/** The forms of what no webhook brought: of the same fields, or of a row of the provider's call list. */
export type ImportForm = Exclude<EventForm, DeliveryForm>;

/** A delivery as received: the body or the raw query string. */
export type Delivery = { form: DeliveryForm; body: Buffer; contentType: string | null; importedAs?: ImportForm };

/** What a delivery was read as, or why not; status 400: the body is not what its content type says. */
export type ReadPayload =
  | { ok: true; form: DeliveryForm; fields: Fields }
  | { ok: false; form: DeliveryForm; status: 200 | 400; reason: string };

/** Reads a delivery in the form that its content type says; without one, or as text/plain, as JSON, else as a form. */
export function readPayload({ form, body, contentType, importedAs }: Delivery): ReadPayload {
  if (form === 'QUERY') return readForm(form, dropOwnQuery(body.toString('utf8')), 'utf-8', body);
  const declared = declaredForm(form, contentType);
  const { charset, text } = decodeBody(body, contentType);
  if (text === null) return unreadable(declared ?? form, declared ? 400 : 200, `body: not valid ${charset} text`);
  if (declared === 'FORM') return readForm(declared, text.trim(), charset, body);
  const members = parse(text);
  if (members === 'NO_OBJECT') return unreadable('JSON', 200, 'body: JSON, but no object');
  if (members !== 'NO_JSON') {
    return { ok: true, form: 'JSON', fields: importedAs ? importedFieldsOf(members, body) : fieldsOf(members, body) };
  }
  if (declared === 'JSON') return unreadable('JSON', 400, 'body: not valid JSON');
  const mayBeForm = text.trim() === '' || (text.includes('=') && !/^\s*[{[]/.test(text));
  if (!mayBeForm) return unreadable(form, 200, 'body: neither JSON nor a form');
  return readForm('FORM', text.trim(), charset, body);
}

/** Fields of keys and values from wherever they come. */
export function fieldsOf(members: readonly JsonMember[], source: Buffer): Fields {
  return nameFields(members, source, false);
}

/** As fieldsOf, of what may be a row of the provider's call list too. */
export function importedFieldsOf(members: readonly JsonMember[], source: Buffer): Fields {
  const fields = nameFields(members, source, false);
  const isRow = !fields.values.has('callsid') && isCallListRow(fields.pairs.map(({ name }) => name));
  return isRow ? nameFields(members, source, true) : fields;
}

function nameFields(members: readonly JsonMember[], source: Buffer, isRow: boolean): Fields {
  const { keys, names, fields, order } = shapeOf(members, isRow);
  const values = new Map<FieldName, string>();
  const pairs = members.map((member, at): Pair => {
    const value = cleanText(member.value);
    const field = fields[at];
    if (field) values.set(field, value);
    const nested = member.nested === null ? null : cleanText(member.nested);
    return { key: keys[at] as string, name: names[at] as string, value, nested };
  });
  return { pairs, order, values, isRow, source };
}

/**
 * First half of the SHA-256 of what a delivery says, whatever its form and the order and spelling of its keys: tells
 * identical deliveries. Blank values count, for a blank key may hide a second one of its name. The kind counts because the
 * URL may have told it.
 */
export function contentHash(fields: Fields, kind: EventKind | null = null): Buffer {
  const { pairs, order } = fields;
  // Clean text holds no NUL and a name no dot, so nothing that is sent can look like a boundary or a mark.
  let canonical: string = kind ?? '';
  for (const at of order) {
    const { name, value, nested } = pairs[at] as Pair;
    canonical += nested === null ? `\0${name}\0${value}` : `\0${name}.\0${nested}`;
  }
  // What could not be decoded became U+FFFD, which would make different deliveries look the same.
  const isLossy = canonical.includes('\ufffd');
  return sha256(isLossy ? Buffer.concat([Buffer.from(canonical), fields.source]) : canonical).subarray(0, 16);
}

function parse(text: string): JsonMember[] | 'NO_OBJECT' | 'NO_JSON' {
  try {
    return readJsonMembers(text) ?? 'NO_OBJECT';
  } catch (error) {
    if (error instanceof SyntaxError) return 'NO_JSON';
    throw error;
  }
}

function readForm(form: DeliveryForm, text: string, charset: string, source: Buffer): ReadPayload {
  const members = readFormPairs(text, charset).map(([key, value]) => ({ key, value, nested: null }));
  return { ok: true, form, fields: fieldsOf(members, source) };
}

function unreadable(form: DeliveryForm, status: 200 | 400, reason: string): ReadPayload {
  return { ok: false, form, status, reason };
}
