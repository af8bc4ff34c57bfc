/** The types that have ids. Part of every id that was ever given out: never rename one. */
export const nodeTypes = [
  'Account',
  'Call',
  'Agent',
  'Campaign',
  'CallGroup',
  'VirtualNumber',
  'Customer',
  'WebhookEvent',
] as const;
export type NodeType = (typeof nodeTypes)[number];

const written = /^([A-Za-z]+):([1-9]\d{0,15})$/;
// The column of account ids is an integer: what is beyond it would be an error of the database.
const maxAccountId = 2 ** 31 - 1;

const digits = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];
const pairs = digits.flatMap((first) => digits.map((second) => first + second));

/** The opaque id of a row: unique over all types. The text is base64url; by hand, for a page has a hundred, and a Buffer for each costs more. */
export function toGlobalId(type: NodeType, id: number): string {
  const text = `${type}:${id}`;
  let written = '';
  let i = 0;
  for (; i + 2 < text.length; i += 3) {
    const bits = (text.charCodeAt(i) << 16) | (text.charCodeAt(i + 1) << 8) | text.charCodeAt(i + 2);
    written += `${pairs[bits >> 12]}${pairs[bits & 4095]}`;
  }
  const first = text.charCodeAt(i);
  if (i + 1 === text.length) return `${written}${pairs[first << 4]}`;
  if (i + 2 > text.length) return written;
  const bits = (first << 8) | text.charCodeAt(i + 1);
  return `${written}${pairs[bits >> 4]}${digits[(bits & 15) << 2]}`;
}

/** What an id names; null for anything that this service never gave out. */
export function fromGlobalId(text: string): { type: NodeType; id: number } | null {
  const match = written.exec(Buffer.from(text, 'base64url').toString('latin1'));
  const type = nodeTypes.find((t) => t === match?.[1]);
  const id = Number(match?.[2]);
  const maxId = type === 'Account' ? maxAccountId : Number.MAX_SAFE_INTEGER;
  if (!type || id > maxId || toGlobalId(type, id) !== text) return null;
  return { type, id };
}

/** The row that an id of this type names; null for any other id. */
export function rowIdOf(type: NodeType, text: string): number | null {
  const named = fromGlobalId(text);
  return named?.type === type ? named.id : null;
}
