import type { Columns } from '../providers/provider.ts';
import { StartupError } from '../startup-error.ts';

/** Columns that are read under another name: `Customer Phone=SourceNumber`. */
export class ColumnNames {
  /** The fields by the folded names of the columns. */
  readonly #fields = new Map<string, string>();
  readonly #seen = new Set<string>();
  readonly #asWritten = new Map<string, string>();

  /** What the provider says of columns. */
  readonly columns: Columns;

  private constructor(columns: Columns) {
    this.columns = columns;
  }

  /** Each text holds one or more, separated by commas. A StartupError says what is wrong with one. */
  static read(texts: readonly string[], columns: Columns): ColumnNames {
    const names = new ColumnNames(columns);
    for (const text of texts) for (const pair of pairsOf(text)) names.#add(pair);
    return names;
  }

  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  /** What a column is read as. */
  of(column: string): string {
    return this.#fields.get(this.columns.fold(column)) ?? column;
  }

  /** Notes that these columns are there. */
  note(columns: readonly string[]): void {
    for (const column of columns) this.#seen.add(this.columns.fold(column));
  }

  /** Whether a column has been given its name here. */
  isGiven(column: string): boolean {
    return this.#fields.has(this.columns.fold(column));
  }

  /** Columns that were given a name and are nowhere. */
  missing(): string[] {
    return [...this.#fields.keys()]
      .filter((folded) => !this.#seen.has(folded))
      .map((one) => this.#asWritten.get(one) ?? one);
  }

  #add(pair: string): void {
    const equals = pair.lastIndexOf('=');
    const column = pair.slice(0, equals).trim();
    const field = pair.slice(equals + 1).trim();
    if (equals < 0 || column === '' || field === '') {
      throw new StartupError(
        `--columns: ${JSON.stringify(pair.trim())} is no COLUMN=FIELD, such as "Customer Phone=SourceNumber".`,
      );
    }
    if (!this.columns.isField(field)) {
      throw new StartupError(
        `--columns: there is no field ${JSON.stringify(field)}. Allowed: ${this.columns.names.join(', ')}.`,
      );
    }
    const folded = this.columns.fold(column);
    const known = this.#fields.get(folded);
    if (known !== undefined && known !== field) {
      throw new StartupError(`--columns: ${JSON.stringify(column)} is named twice, ${known} and ${field}.`);
    }
    if (
      known === undefined &&
      [...this.#fields.values()].some((one) => this.columns.fold(one) === this.columns.fold(field))
    ) {
      throw new StartupError(`--columns: two columns are named ${field}. Allowed: one for each field.`);
    }
    this.#fields.set(folded, field);
    this.#asWritten.set(folded, column);
  }
}

/** A comma may stand in a column's name: what has no equals sign belongs to what follows it. */
function pairsOf(text: string): string[] {
  const pairs: string[] = [];
  let open = '';
  for (const part of text.split(',')) {
    open = open === '' ? part : `${open},${part}`;
    if (!part.includes('=')) continue;
    pairs.push(open);
    open = '';
  }
  return open.trim() === '' ? pairs : [...pairs, open];
}
