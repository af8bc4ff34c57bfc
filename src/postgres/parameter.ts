/** What the database is sent for a value: text, or its own bytes. */
export type SentValue = string | Buffer | null;

/** A value as it is sent to the database: text, bytes, or null. A value of another kind is an error, never guessed at. */
export function parameterOf(value: unknown): SentValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return arrayText(value);
  throw new TypeError(`a value of type ${typeof value} is not sent to the database`);
}

function arrayText(values: readonly unknown[]): string {
  let text = '{';
  for (let i = 0; i < values.length; i++) {
    if (i > 0) text += ',';
    text += elementText(values[i]);
  }
  return `${text}}`;
}

const special = /["\\]/g;

function elementText(value: unknown): string {
  const sent = parameterOf(value);
  if (sent === null) return 'NULL';
  if (typeof sent !== 'string') return `"\\\\x${sent.toString('hex')}"`;
  return typeof value === 'string' ? `"${sent.replace(special, '\\$&')}"` : sent;
}
