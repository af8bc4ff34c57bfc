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

/** The opaque id of a row: unique over all types. */
export function toGlobalId(type: NodeType, id: number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
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
