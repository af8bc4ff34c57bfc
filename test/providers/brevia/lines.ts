import type { SentDelivery } from '../../../src/providers/provider.ts';

export type Line = { key: string; value: string };

/** Text as Postgres can hold it. */
export const textOf = (body: Buffer) => body.toString('utf8').replaceAll('\0', '\ufffd');

/** Messages that came in one body. */
export function messagesOf({ body }: SentDelivery): string[] {
  return textOf(body)
    .split(/^--$/m)
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** The lines of a message, or of a row of a file, which is a JSON object. Null where it is neither. */
export function linesOf({ body, importedAs }: SentDelivery): Line[] | null {
  if (importedAs) return linesOfRow(body);
  const lines = textOf(body)
    .split('\n')
    .filter((line) => line.trim() !== '');
  if (lines.length === 0 || !lines.every((line) => line.includes('|'))) return null;
  return lines.map((line) => {
    const bar = line.indexOf('|');
    return { key: line.slice(0, bar).trim(), value: line.slice(bar + 1).trim() };
  });
}

function linesOfRow(body: Buffer): Line[] | null {
  try {
    const row: unknown = JSON.parse(textOf(body));
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return null;
    return Object.entries(row).map(([key, value]) => ({ key: key.trim(), value: String(value ?? '').trim() }));
  } catch {
    return null;
  }
}

/** What is said under each name; blank is not said. */
export function valuesOf(lines: readonly Line[]): ReadonlyMap<string, string> {
  return new Map(lines.filter(({ value }) => value !== '').map(({ key, value }) => [key.toLowerCase(), value]));
}
