import { GraphQLID, GraphQLInt, type GraphQLLeafType, GraphQLString, isEnumType, TypeNameMetaFieldDef } from 'graphql';
import { isPassedOn } from '../graphql/scalars.ts';
import { rowWriter, type WrittenField } from '../json/row-writer.ts';
import { WrittenJson } from '../json/written-json.ts';
import { LazyRow, type SentColumns } from '../postgres/rows/lazy-row.ts';
import { placeInRow } from '../query/column-field.ts';
import type { FieldPlan, OperationPlan, SelectionPlan } from './operation-plan.ts';

type Column = SentColumns[number][1];

/**
 * Writes what is asked of a row straight out of what the database sent; null where a field needs more than its column, or
 * its row is not at hand: then it is completed like any other object.
 */
export function writeRow(plan: OperationPlan, selection: SelectionPlan, value: unknown): WrittenJson | null {
  if (!(value instanceof LazyRow)) return null;
  const { columns, bytes } = value;
  if (bytes === null) return null;
  let writer = selection.writers.get(columns);
  if (writer === undefined) {
    const fields = fieldsOf(plan, selection, columns, '');
    writer = fields && rowWriter(fields, columns.length);
    selection.writers.set(columns, writer);
  }
  const text = writer === null ? null : writer(bytes);
  return text === null ? null : new WrittenJson(text);
}

/** How the fields of a row, or of whom it names, are written; null where one cannot be. */
function fieldsOf(
  plan: OperationPlan,
  selection: SelectionPlan,
  columns: SentColumns,
  prefix: string,
): WrittenField[] | null {
  const fields: WrittenField[] = [];
  for (const field of selection.fields) {
    const written = fieldOf(plan, field, columns, prefix);
    if (!written) return null;
    fields.push(written);
  }
  return fields;
}

function fieldOf(plan: OperationPlan, field: FieldPlan, columns: SentColumns, prefix: string): WrittenField | null {
  const { key, def, leaf, property, parent, isNonNull } = field;
  if (def === TypeNameMetaFieldDef) return { key, kind: 'constant', json: JSON.stringify(parent.name) };
  const indexOf = (name: string) => columns.findIndex(([known]) => known === name);
  const place = placeInRow(def);
  if (place?.kind === 'id') {
    const column = indexOf(prefix === '' ? 'id' : prefix.slice(0, -1));
    return column < 0 ? null : { key, kind: 'id', column, type: place.type };
  }
  if (place?.kind === 'relative' && prefix === '' && !isNonNull && field.type.kind === 'object') {
    const column = indexOf(place.name);
    const fields =
      column < 0 ? null : fieldsOf(plan, plan.selectionOf(field, field.type.type), columns, `${place.name}.`);
    return fields && { key, kind: 'object', column, fields };
  }
  if (property === null || leaf === null) return null;
  const column = indexOf(`${prefix}${property}`);
  const sent = columns[column]?.[1];
  const kind = sent && (!isNonNull || sent.notNull) ? kindOf(sent, leaf) : null;
  return kind && { key, kind, column };
}

/** How a column's text is written as a value of a type; null where more is to be done. */
function kindOf(column: Column, type: GraphQLLeafType): 'text' | 'word' | 'number' | 'instant' | null {
  const sqlType = column.getSQLType();
  if (sqlType === 'integer') return type === GraphQLInt ? 'number' : null;
  const isAnyText = type === GraphQLString || type === GraphQLID || isPassedOn(type);
  if (sqlType.startsWith('timestamp')) return isAnyText ? 'instant' : null;
  if (column.enumValues) {
    const isOwn = isEnumType(type) && column.enumValues.every((name) => type.getValue(name)?.value === name);
    return isOwn ? 'word' : null;
  }
  return isAnyText && sqlType.startsWith('text') ? 'text' : null;
}
