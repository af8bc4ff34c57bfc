import type { SmallRow } from '../postgres/rows/small-row.ts';
import type { NodeType } from '../query/global-id.ts';
import { JsonBytes } from './json-bytes.ts';

/** A field of an object, and out of which column of a row it is written. */
export type WrittenField = { key: string } & (
  | { kind: 'constant'; json: string }
  /** Any text; one that needs no escaping; a number; an instant. */
  | { kind: 'text' | 'word' | 'number' | 'instant'; column: number }
  | { kind: 'id'; column: number; type: NodeType }
  /** Null where its column is. */
  | { kind: 'object'; column: number; fields: readonly WrittenField[] }
);

/** Writes a row as an object of JSON; null where it holds what cannot be written so. */
export type RowWriter = (row: SmallRow) => string | null;

type Step = { before: Uint8Array } & (
  | { kind: 'end' }
  | { kind: 'text' | 'word' | 'number' | 'instant'; column: number }
  | { kind: 'id'; column: number; type: Uint8Array }
  | { kind: 'object'; column: number; after: number }
);

// No escape takes more than so many bytes for one.
const longestEscape = 6;
const idRoom = 64;
const none = Buffer.from('null');
const written = new JsonBytes();

/** Makes the writer of rows of so many columns. */
export function rowWriter(fields: readonly WrittenField[], columnCount: number): RowWriter {
  const steps: Step[] = [];
  addSteps(steps, '', fields);
  const room = steps.reduce((sum, { before }) => sum + before.length + idRoom, 0);
  const places = new Int32Array(columnCount * 2);
  return (row) => {
    row.place(places);
    written.begin(room + row.length * longestEscape);
    return write(steps, row.bytes, places) ? written.text() : null;
  };
}

function addSteps(steps: Step[], opening: string, fields: readonly WrittenField[]): void {
  let before = `${opening}{`;
  for (const field of fields) {
    before += `${JSON.stringify(field.key)}:`;
    if (field.kind === 'constant') before += field.json;
    else {
      steps.push(stepOf(field, Buffer.from(before)));
      before = '';
    }
    if (field.kind === 'object') {
      const step = steps.at(-1) as { after: number };
      addSteps(steps, '', field.fields);
      step.after = steps.length;
    }
    before += ',';
  }
  steps.push({ kind: 'end', before: Buffer.from(`${before.replace(/,$/, '')}}`) });
}

function stepOf(field: Exclude<WrittenField, { kind: 'constant' }>, before: Uint8Array): Step {
  const { kind, column } = field;
  if (kind === 'id') return { kind, column, before, type: Buffer.from(`${field.type}:`) };
  if (kind === 'object') return { kind, column, before, after: 0 };
  return { kind, column, before };
}

function write(steps: readonly Step[], bytes: Uint8Array, places: Int32Array): boolean {
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as Step;
    written.copy(step.before, 0, step.before.length);
    if (step.kind === 'end') continue;
    const begin = places[step.column * 2] as number;
    const length = places[step.column * 2 + 1] as number;
    const end = begin + length;
    if (length < 0) {
      written.copy(none, 0, none.length);
      if (step.kind === 'object') i = step.after - 1;
    } else if (step.kind === 'text') written.string(bytes, begin, end);
    else if (step.kind === 'number') written.copy(bytes, begin, end);
    else if (step.kind === 'word') written.word(bytes, begin, end);
    else if (step.kind === 'id') written.base64(step.type, bytes, begin, end);
    else if (step.kind === 'instant' && !written.instant(bytes, begin, end)) return false;
  }
  return true;
}
