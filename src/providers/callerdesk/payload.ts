import { charsetOf, cleanText, decodeBody, mixedText } from '../../decode-text.ts';
import type { EventKind } from '../../inbox/webhook-event.table.ts';
import { type JsonMember, readJsonMembers } from '../../json/json-members.ts';
import { sha256 } from '../../sha256.ts';
import type { DeliveryForm, ImportForm, SentDelivery } from '../provider.ts';
import { isCallListRow, rowFieldName } from './call-list.ts';
import { type FieldName, foldKey, isFieldName } from './field-names.ts';
import {
  boundaryIn,
  declaredForm,
  dropOwnQuery,
  readFormPairs,
  readLinePairs,
  readMultipartPairs,
} from './form-pairs.ts';
import { type Unwrapped, unwrap, unwrapJson } from './unwrap.ts';

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

/**
 * What a delivery was read as, or why not; status 400: it can be read as nothing that a delivery is. Wrapped: something
 * stood around the fields, and is none of them.
 */
export type ReadPayload =
  | { ok: true; form: DeliveryForm; fields: Fields; isWrapped?: boolean; together?: Together }
  | { ok: false; form: DeliveryForm; status: 200 | 400; reason: string; together?: Together };

/** Deliveries that came in one list: the JSON of each, and what stood beside the list and says what they are. */
export type Together = { items: readonly string[]; type: string | null };

/**
 * Reads a delivery: a form or JSON by its content type, JSON also where another type is declared, and either where none of
 * these is. Of a list of one its item is read.
 */
export function readPayload({ form, body, contentType, importedAs }: SentDelivery): ReadPayload {
  if (form === 'QUERY') return readForm(form, formPairsOf({ form, body, contentType }), body);
  const declared = declaredForm(contentType);
  const parts = isMultipart(body, contentType) ? readMultipartPairs(body, contentType) : null;
  if (parts) return readForm('FORM', parts, body);
  const text = decodeBody(body, contentType);
  const mayBeJson = declared !== 'FORM' || /^\s*["[{]/.test(text);
  // A charset may be said that the bytes are not in, and yet have characters for them.
  const texts = mayBeJson ? new Set([text, ...(charsetOf(contentType) ? [mixedText(body)] : [])]) : [];
  for (const one of texts) {
    const read = readJson(one, body, importedAs);
    if (read && (declared !== 'FORM' || read.ok || read.together)) return read;
  }
  if (declared === 'JSON') return unreadable('JSON', 400, 'body: not valid JSON');
  const mayBeForm = declared === 'FORM' || text.trim() === '' || (text.includes('=') && !/^\s*[{[<]/.test(text));
  if (!mayBeForm) return unreadable(form, 400, 'body: neither JSON nor a form');
  return readForm('FORM', formPairsOf({ form, body, contentType }), body);
}

/** The keys and values of a form or query string, as they were sent. */
export function formPairsOf({ form, body, contentType }: SentDelivery): [key: string, value: string][] {
  if (form === 'QUERY') return readFormPairs(dropOwnQuery(mixedText(body)), null);
  const parts = isMultipart(body, contentType) ? readMultipartPairs(body, contentType) : null;
  if (parts) return parts;
  const text = decodeBody(body, contentType).trim();
  return readLinePairs(text) ?? readFormPairs(text.replace(/^\?/, ''), charsetOf(contentType));
}

/** Whether a body is a multipart form: by its type, or by how it begins, whatever its type says. */
function isMultipart(body: Buffer, contentType: string | null): boolean {
  return declaredForm(contentType) === 'MULTIPART' || boundaryIn(body) !== null;
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

/** Null where it is no JSON. */
function readJson(text: string, source: Buffer, importedAs: ImportForm | undefined): ReadPayload | null {
  try {
    const members = readJsonMembers(text);
    if (members) return readMembers('JSON', members, source, importedAs);
    const unwrapped = unwrapJson(text);
    return unwrapped ? readUnwrapped('JSON', unwrapped, source, importedAs) : noObject;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readForm(form: DeliveryForm, pairs: readonly [key: string, value: string][], source: Buffer): ReadPayload {
  return readMembers(
    form,
    pairs.map(([key, value]) => ({ key, value, nested: null })),
    source,
    undefined,
  );
}

function readMembers(
  form: DeliveryForm,
  members: readonly JsonMember[],
  source: Buffer,
  importedAs: ImportForm | undefined,
): ReadPayload {
  const fields = importedAs ? importedFieldsOf(members, source) : fieldsOf(members, source);
  if (fields.isRow || fields.values.get('callsid')?.trim()) return { ok: true, form, fields };
  const unwrapped = unwrap(members);
  const isPlain = unwrapped.kind === 'MEMBERS' && unwrapped.members === members;
  return isPlain ? { ok: true, form, fields } : readUnwrapped(form, unwrapped, source, importedAs);
}

function readUnwrapped(
  form: DeliveryForm,
  unwrapped: Unwrapped,
  source: Buffer,
  importedAs: ImportForm | undefined,
): ReadPayload {
  if (unwrapped.kind === 'UNREADABLE') return unreadable(form, 200, unwrapped.reason);
  if (unwrapped.kind === 'MEMBERS') {
    const { members } = unwrapped;
    const fields = importedAs ? importedFieldsOf(members, source) : fieldsOf(members, source);
    return { ok: true, form, fields, isWrapped: true };
  }
  const { items, type } = unwrapped;
  // Objects, perhaps within lists or encoded once more.
  if (!items.some((item) => /^[\s[]*(?:"\s*)?\{/.test(item))) return noObject;
  const together = { items, type };
  const [only, ...more] = items;
  const read = more.length === 0 && only?.startsWith('{') ? readJson(only, source, importedAs) : null;
  if (read?.ok) return { ...read, form, isWrapped: true, together };
  const reason = `body: a list of ${items.length}, of which each is read where it arrives`;
  return { ok: false, form, status: 200, reason, together };
}

const noObject = unreadable('JSON', 200, 'body: JSON, but no object');

function unreadable(form: DeliveryForm, status: 200 | 400, reason: string): ReadPayload {
  return { ok: false, form, status, reason };
}

/** What the keys of a delivery are called. */
export type Shape = {
  /** As sent. */
  sent: readonly string[];
  /** In text that can be stored. */
  keys: readonly string[];
  /** Without regard to case and separators. */
  names: readonly string[];
  /** The fields we know, each at the first of its name. */
  fields: readonly (FieldName | null)[];
  /** The places of the keys, in the order of their names. */
  order: readonly number[];
};

const maxShapes = 8;
// Names of a delivery, and of a row of the provider's call list.
const plainShapes: Shape[] = [];
const rowShapes: Shape[] = [];

/** A sender's deliveries have the same keys again and again: few are really named and sorted. */
export function shapeOf(members: readonly JsonMember[], isRow: boolean): Shape {
  const shapes = isRow ? rowShapes : plainShapes;
  for (const shape of shapes) if (hasKeys(shape, members)) return shape;
  const shape = makeShape(
    members.map(({ key }) => key),
    isRow,
  );
  shapes.unshift(shape);
  shapes.length = Math.min(shapes.length, maxShapes);
  return shape;
}

function hasKeys({ sent }: Shape, members: readonly JsonMember[]): boolean {
  if (sent.length !== members.length) return false;
  for (let at = 0; at < sent.length; at++) if (sent[at] !== (members[at] as JsonMember).key) return false;
  return true;
}

function makeShape(sent: readonly string[], isRow: boolean): Shape {
  const keys = sent.map(cleanText);
  const folded = keys.map(foldKey);
  const names = isRow ? folded.map(rowFieldName) : folded;
  const seen = new Set<string>();
  const fields = names.map((name) => (isFieldName(name) && seen.size < seen.add(name).size ? name : null));
  const order = [...names.keys()].sort((a, b) => compare(names[a] as string, names[b] as string));
  return { sent, keys, names, fields, order };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
