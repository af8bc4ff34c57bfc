import { type JsonMember, readJsonItems, readJsonMembers } from '../../json/json-members.ts';
import { isCallListRow } from './call-list.ts';
import { foldKey } from './field-names.ts';
import { readFormPairs } from './form-pairs.ts';

/** What members tell of: a call, after what wraps them was taken off; several deliveries; or no call, or none that can be read. */
export type Unwrapped =
  | { kind: 'MEMBERS'; members: readonly JsonMember[] }
  /** The sources of deliveries that came together, and what stands beside them and says what they are. */
  | { kind: 'LIST'; items: readonly string[]; type: string | null }
  | { kind: 'UNREADABLE'; reason: string };

/** A JSON text in a value of a JSON text, and so on: more often than this nobody encodes. */
const maxEncodings = 4;

/**
 * Takes off what senders wrap a delivery in: a field whose value is its JSON (`data={...}`) or a form, keys in brackets or
 * behind a dot (`data[CallSid]=`, `data.CallSid=`), one object around it (`{"event": ..., "payload": {...}}`). Members that
 * have a CallSid are taken as they are, and so is what has none anywhere.
 */
export function unwrap(members: readonly JsonMember[]): Unwrapped {
  return unwrapFurther(members, { encodings: maxEncodings, objects: 1 });
}

/** What a JSON text tells of that is no object: a list, or a text that holds JSON. Null where it is neither. */
export function unwrapJson(text: string): Unwrapped | null {
  return readSource(text, { encodings: maxEncodings, objects: 1 });
}

const hidden = 'CallSid: sent deeper than one object, or in a text that cannot be read';

type Left = { encodings: number; objects: number };

function unwrapFurther(members: readonly JsonMember[], left: Left): Unwrapped {
  const plain: Unwrapped = { kind: 'MEMBERS', members };
  const sid = members.find(isSid);
  // Keys are told apart by the first of their name, which may be blank.
  if (sid && (sid.value.trim() === '' || sid !== members.find(({ key }) => foldKey(key) === 'callsid'))) {
    return unreadable('CallSid: neither a text nor a number, or blank where it stands first');
  }
  if (sid || isRow(members)) return plain;
  const found = [...inBrackets(members), ...members.flatMap((member) => inValue(member, left))];
  const [only, ...others] = found.filter(leadsToCall);
  if (!only) return members.some(hidesSid) ? unreadable(hidden) : plain;
  if (others.length > 0) return unreadable('CallSid: sent in several objects of one delivery');
  const type = members.find(({ key, value }) => /^(type|event)$/.test(foldKey(key)) && value !== '')?.value ?? null;
  if (only.kind === 'LIST') return { ...only, type: only.type ?? type };
  if (only.kind !== 'MEMBERS' || type === null || only.members.some(({ key }) => foldKey(key) === 'type')) return only;
  return { kind: 'MEMBERS', members: [...only.members, { key: 'type', value: type, nested: null }] };
}

/** Whether members have a CallSid, or are a row of the provider's call list. */
function tellsOfCall(members: readonly JsonMember[]): boolean {
  return members.some(isSid) || isRow(members);
}

function isRow(members: readonly JsonMember[]): boolean {
  return isCallListRow(members.map(({ key }) => foldKey(key)));
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
  if (nested !== null)
    return left.objects > 0 && mayNameSid(nested) ? sourceOf(nested, { ...left, objects: left.objects - 1 }) : [];
  if (left.encodings === 0) return [];
  const further = { ...left, encodings: left.encodings - 1 };
  const text = looksLikeJson(value) ? value : value === '' && looksLikeJson(key) ? key : null;
  if (text !== null) return sourceOf(text, further);
  const form = [value, value === '' ? key : ''].find((one) => looksLikeForm(one) && mentionsSid.test(one));
  if (form === undefined) return [];
  const pairs = readFormPairs(form.trim().replace(/^\?/, ''), null);
  return [
    unwrapFurther(
      pairs.map(([name, one]) => ({ key: name, value: one, nested: null })),
      further,
    ),
  ];
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

/**
 * Members whose keys stand in brackets or behind a dot after one name: of a list of them (`calls[0][CallSid]`) each is a
 * delivery. Of keys with empty brackets (`CallSid[]`) the first of each name counts.
 */
function inBrackets(members: readonly JsonMember[]): Unwrapped[] {
  const groups = new Map<string, Map<string, JsonMember[]>>();
  for (const member of members) {
    const [name, index, key] = pathOf(member.key) ?? [];
    if (name === undefined || index === undefined || key === undefined) continue;
    const items = groups.get(name) ?? new Map<string, JsonMember[]>();
    groups.set(name, items);
    const item = items.get(index);
    if (item) item.push({ ...member, key });
    else items.set(index, [{ ...member, key }]);
  }
  return [...groups.values()].map((items) => {
    const [first = [], ...more] = items.values();
    if (more.length === 0) return { kind: 'MEMBERS', members: first };
    return { kind: 'LIST', items: [...items.values()].map(sourceOfMembers), type: null };
  });
}

const bracketed = /^([^[\]]*)(?:\[(\d*)\])?\[(['"]?)([^[\]'"]*[^[\]\d'"][^[\]'"]*)\3\]$/;
const listed = /^([^[\]]+)\[0?\]$/;
const dotted = /^([^.[\]]+)(?:\.(\d+))?\.([^[\]]*[^[\]\d.][^[\]]*)$/;

/** The group, the place in its list and the name of a key such as `calls[0][CallSid]`. */
function pathOf(key: string): [name: string, index: string, key: string] | null {
  const inBrackets = bracketed.exec(key);
  if (inBrackets) return [inBrackets[1] as string, inBrackets[2] ?? '', inBrackets[4] as string];
  const first = listed.exec(key)?.[1];
  if (first !== undefined) return ['[]', '', first];
  const behindDot = dotted.exec(key);
  return behindDot && [behindDot[1] as string, behindDot[2] ?? '', behindDot[3] as string];
}

/** Members as a JSON object. */
export function sourceOfMembers(members: readonly JsonMember[]): string {
  const written = members.map(({ key, value, nested }) => `${JSON.stringify(key)}:${nested ?? JSON.stringify(value)}`);
  return `{${written.join(',')}}`;
}

const looksLikeJson = (text: string) => /^\s*["[{]/.test(text);
/** Quickly, whether a JSON text can name a CallSid or a sid_id: most of many objects need not be read. */
const mayNameSid = (text: string) => /sid|\\/i.test(text);
const looksLikeForm = (text: string) => /^\s*\??[\w.%[\]-]{1,100}=/.test(text);
/** A CallSid with a value in a text of whatever kind: of JSON that is broken or escaped, of a form, of XML. */
const mentionsSid =
  /call[\s_.-]{0,3}sid[\]"'\\]{0,8}(?:&quot;|&#34;|%22|%5d)?\s{0,9}(?:[:=>]|%3d|%3a|&gt;)\s{0,9}(?:[^\s<&,}]|&quot;)/i;

/** Whether a CallSid with a value stands anywhere in a member, in JSON texts and brackets too. */
function hidesSid({ key, value, nested }: JsonMember): boolean {
  if (/[[.]['"]?[\s_.-]{0,9}call[\s_.-]{0,9}sid[\s_.-]{0,9}['"]?\]?(?:\[\d*\])*$/i.test(key) && value.trim() !== '')
    return true;
  if (nested === null && (isBroken(value) || (value === '' && isBroken(key)))) return true;
  const texts = [nested ?? value, value === '' ? key : ''].filter((text) => text !== '');
  return texts.some((text) => (nested !== null || looksLikeJson(text)) && mayNameSid(text) && holdsSid(text));
}

/** Whether a text that is no JSON names a CallSid and its value. */
function isBroken(text: string): boolean {
  return text.length > 7 && mentionsSid.test(text) && !(looksLikeJson(text) && parsed(text) !== null);
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
