/** What the values of a column are; the same for every row and every key, so that a table keeps its types. */
export type ColumnType =
  /** Opaque text of this API. */
  | 'id'
  /** Text that somebody outside wrote. */
  | 'text'
  /** E.164, masked, or as received. */
  | 'phone'
  /** A word of an enum of the schema, or a name of a time zone. */
  | 'word'
  | 'integer'
  | 'number'
  /** An exact decimal, as text. */
  | 'decimal'
  | 'instant'
  | 'boolean';

export type Value = string | number | boolean | null;

export type Column<Row> = {
  name: string;
  type: ColumnType;
  /** The values of rows, in their order. */
  valuesOf: (rows: readonly Row[]) => readonly Value[];
};

/** A part of an export: so many rows, written. */
export type Chunk = { bytes: Uint8Array; rows: number };

/** Writes rows: what stands before them, each page of them, and what stands behind. */
export type Writer<Row> = {
  head: () => Uint8Array;
  /** May be nothing yet. */
  page: (rows: readonly Row[]) => Uint8Array;
  end: () => Uint8Array;
};
