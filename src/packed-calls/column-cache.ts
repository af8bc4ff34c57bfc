type Numbers = Int32Array | Float64Array | Uint16Array;

/** Unpacked columns of chunks, those used last, up to so many bytes. A chunk never changes, so nothing here grows old. */
export class ColumnCache {
  readonly #maxBytes: number;
  readonly #columns = new Map<string, Numbers>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): Numbers | undefined {
    const column = this.#columns.get(key);
    if (column === undefined) return undefined;
    // What was used last stands last.
    this.#columns.delete(key);
    this.#columns.set(key, column);
    return column;
  }

  put(key: string, column: Numbers): void {
    if (this.#columns.has(key)) return;
    this.#columns.set(key, column);
    this.#bytes += column.byteLength;
    for (const [oldest, { byteLength }] of this.#columns) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#columns.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}
