import { cleanText } from '../../decode-text.ts';
import type { JsonMember } from '../../json/json-members.ts';
import { rowFieldName } from './call-list-row.ts';
import { type FieldName, foldKey, isFieldName } from './field-names.ts';

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
