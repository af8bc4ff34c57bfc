import { type JsonMember, readJsonItems, readJsonMembers } from '../../json/json-members.ts';
import { isCallListRow } from './call-list-row.ts';
import { foldKey } from './field-names.ts';

/** What members tell of: a call, after what wraps them was taken off; several deliveries; or no call, or none that can be read. */
export type Unwrapped =
  | { kind: 'MEMBERS'; members: readonly JsonMember[] }
  /** The sources of deliveries that came together, and what stands beside them and says what they are. */
  | { kind: 'LIST'; items: readonly string[]; type: string | null }
  | { kind: 'UNREADABLE'; reason: string };

/** A JSON text in a value of a JSON text, and so on: more often than this nobody encodes. */
const maxEncodings = 4;

/**
 * Takes off what senders wrap a delivery in: a field whose value is its JSON (`data={...}`), keys in brackets
 * (`data[CallSid]=`), one object around it (`{"event": ..., "payload": {...}}`). Members that have a CallSid are taken as
 * they are, and so is what has none anywhere.
 */
export function unwrap(members: readonly JsonMember[]): Unwrapped {
  return unwrapFurther(members, { encodings: maxEncodings, objects: 1 });
}

/** What a JSON text tells of that is no object: a list, or a text that holds JSON. Null where it is neither. */
export function unwrapJson(text: string): Unwrapped | null {
  return readSource(text, { encodings: maxEncodings, objects: 1 });
}

type Left = { encodings: number; objects: number };

function unwrapFurther(members: readonly JsonMember[], left: Left): Unwrapped {
  const plain: Unwrapped = { kind: 'MEMBERS', members };
  const sid = members.find(isSid);
  // Keys are told apart by the first of their name, which may be blank.
  if (sid && (sid.value.trim() === '' || sid !== members.find(({ key }) => foldKey(key) === 'callsid'))) {
    return unreadable('CallSid: neither a text nor a number, or blank where it stands first');
  }
  if (tellsOfCall(members)) return plain;
  const found = [...inBrackets(members), ...members.flatMap((member) => inValue(member, left))];
  const [only, ...others] = found.filter(leadsToCall);
  if (!only) return members.some(hidesSid) ? unreadable('CallSid: sent deeper than one object') : plain;
  if (others.length > 0) return unreadable('CallSid: sent in several objects of one delivery');
  const type = members.find(({ key, value }) => /^(type|event)$/.test(foldKey(key)) && value !== '')?.value ?? null;
  if (only.kind === 'LIST') return { ...only, type: only.type ?? type };
  if (only.kind !== 'MEMBERS' || type === null || only.members.some(({ key }) => foldKey(key) === 'type')) return only;
  return { kind: 'MEMBERS', members: [...only.members, { key: 'type', value: type, nested: null }] };
}

/** Whether members have a CallSid, or are a row of the provider's call list. */
function tellsOfCall(members: readonly JsonMember[]): boolean {
  return members.some(isSid) || isCallListRow(members.map(({ key }) => foldKey(key)));
}

function isSid({ key, value, nested }: JsonMember): boolean {
  return foldKey(key) === 'callsid' && (value.trim() !== '' || (nested !== null && holdsScalar(nested)));
}

function leadsToCall(found: Unwrapped): boolean {
  if (found.kind === 'MEMBERS') return tellsOfCall(found.members);
  return found.kind === 'UNREADABLE' || found.items.some((item) => hidesSid({ key: '', value: '', nested: item }));
}

/** What the value of a member holds, or its key where the value is blank, if that is JSON. */
function inValue({ key, value, nested }: JsonMember, left: Left): Unwrapped[] {
  if (nested !== null) return left.objects > 0 ? sourceOf(nested, { ...left, objects: left.objects - 1 }) : [];
  if (left.encodings === 0) return [];
  const text = looksLikeJson(value) ? value : value === '' && looksLikeJson(key) ? key : null;
  return text === null ? [] : sourceOf(text, { ...left, encodings: left.encodings - 1 });
}

function sourceOf(text: string, left: Left): Unwrapped[] {
  try {
    const found = readSource(text, left);
    return found ? [found] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function readSource(text: string, left: Left): Unwrapped | null {
  const members = readJsonMembers(text);
  if (members) return unwrapFurther(members, left);
  const items = readJsonItems(text);
  if (items) return { kind: 'LIST', items, type: null };
  const inner: unknown = JSON.parse(text);
  if (typeof inner !== 'string' || left.encodings === 0 || !looksLikeJson(inner)) return null;
  return sourceOf(inner, { ...left, encodings: left.encodings - 1 })[0] ?? null;
}

/** Members whose keys stand in brackets behind one name: of a list of them (`calls[0][CallSid]`) each is a delivery. */
function inBrackets(members: readonly JsonMember[]): Unwrapped[] {
  const groups = new Map<string, Map<string, JsonMember[]>>();
  for (const member of members) {
    const [, name, index = '', key] = /^([^[\]]+)(?:\[(\d*)\])?\[([^[\]]*[^[\]\d][^[\]]*)\]$/.exec(member.key) ?? [];
    if (name === undefined || key === undefined) continue;
    const items = groups.get(name) ?? new Map<string, JsonMember[]>();
    groups.set(name, items.set(index, [...(items.get(index) ?? []), { ...member, key }]));
  }
  return [...groups.values()].map((items) => {
    const [first = [], ...more] = items.values();
    if (more.length === 0) return { kind: 'MEMBERS', members: first };
    return { kind: 'LIST', items: [...items.values()].map(sourceOfMembers), type: null };
  });
}

/** Members as a JSON object. */
export function sourceOfMembers(members: readonly JsonMember[]): string {
  const written = members.map(({ key, value, nested }) => `${JSON.stringify(key)}:${nested ?? JSON.stringify(value)}`);
  return `{${written.join(',')}}`;
}

const looksLikeJson = (text: string) => /^\s*["[{]/.test(text);

/** Whether a CallSid with a value stands anywhere in a member, in JSON texts and brackets too. */
function hidesSid({ key, value, nested }: JsonMember): boolean {
  if (/\[[\s_.-]*call[\s_.-]*sid[\s_.-]*\]$/i.test(key) && value.trim() !== '') return true;
  const texts = [nested ?? value, value === '' ? key : ''].filter((text) => text !== '');
  return texts.some((text) => (nested !== null || looksLikeJson(text)) && holdsSid(text));
}

function holdsSid(text: string): boolean {
  return walk(text, (key, value) => key !== null && foldKey(key) === 'callsid' && holdsScalarIn(value));
}

function holdsScalar(text: string): boolean {
  return walk(text, (_key, value) => isScalar(value));
}

function holdsScalarIn(value: unknown): boolean {
  return isScalar(value) || walkValues([[null, value]], (_key, one) => isScalar(one));
}

const isScalar = (value: unknown) =>
  value !== null && typeof value !== 'object' && (typeof value !== 'string' || value.trim() !== '');

type Seen = (key: string | null, value: unknown) => boolean;

function walk(text: string, isWanted: Seen): boolean {
  try {
    return walkValues([[null, JSON.parse(text)]], isWanted);
  } catch {
    return false;
  }
}

// Without recursion: 64 kB can be nested deeper than a stack goes.
function walkValues(waiting: [key: string | null, value: unknown][], isWanted: Seen): boolean {
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [key, value] = next;
    if (isWanted(key, value)) return true;
    const inner = typeof value === 'string' && looksLikeJson(value) ? parsed(value) : value;
    if (typeof inner !== 'object' || inner === null) continue;
    for (const [name, one] of Object.entries(inner)) waiting.push([Array.isArray(inner) ? null : name, one]);
  }
  return false;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreadable(reason: string): Unwrapped {
  return { kind: 'UNREADABLE', reason };
}
