import type { FormattedExecutionResult } from 'graphql';

/** A value of an answer that is written as JSON already. */
export class WrittenJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object some of whose values are written already, written as JSON.stringify would. */
export function writeObject(object: Readonly<Record<string, unknown>>): WrittenJson {
  let text = '';
  for (const key of Object.keys(object)) {
    const value = writeValue(object[key]);
    if (value !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${value}`;
  }
  return new WrittenJson(`{${text}}`);
}

/** The same of a list. */
export function writeList(items: readonly unknown[]): WrittenJson {
  let text = '';
  for (let i = 0; i < items.length; i++) text += `${i === 0 ? '' : ','}${writeValue(items[i]) ?? 'null'}`;
  return new WrittenJson(`[${text}]`);
}

/** A value as JSON; undefined for what JSON leaves out. */
function writeValue(value: unknown): string | undefined {
  return value instanceof WrittenJson ? value.text : JSON.stringify(value);
}

/** An answer as JSON, some of which may be written already. */
export function writeResult(result: FormattedExecutionResult): string {
  return `${(result.data as unknown) instanceof WrittenJson ? writeObject({ ...result }).text : JSON.stringify(result)}\n`;
}
