import type { Chunk } from './chunk.ts';

// A chunk may be made anew for each question; the columns that stay in memory are what is the same.
const kept = new WeakMap<object, KeptFigures>();

// A chunk's columns take about 90 bytes for each call once all of them are in use.
const bytesPerCall = 32;
const bytesForAny = 4096;
const bytesOfEntry = 200;

type Made<Figures> = { figures: Figures; bytes: number };
type Entry = { figures: unknown; bytes: number };
const askedOnce = Symbol('asked once');
const tooLarge = Symbol('too large');

/** What has been worked out of a chunk, for as long as its columns stay in memory: what was used last, up to so many bytes. */
export class KeptFigures {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(calls: number) {
    this.#maxBytes = bytesForAny + calls * bytesPerCall;
  }

  get bytes(): number {
    return this.#bytes;
  }

  forget(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** Those of a name, made at once where they are not there. */
  get<Figures>(name: string, make: () => Made<Figures>): Figures {
    const known = this.#find(name);
    if (known !== undefined && known !== askedOnce && known !== tooLarge) return known as Figures;
    return this.#add(name, make());
  }

  /**
   * The same, but null where they are asked for the first time, which may be the last, and where they are not worth their
   * room: `make` may tell so, and is told how many bytes there are.
   */
  getAgain<Figures>(name: string, make: (maxBytes: number) => Made<Figures> | null): Figures | null {
    const known = this.#find(name);
    if (known === tooLarge) return null;
    if (known !== undefined && known !== askedOnce) return known as Figures;
    if (known === askedOnce) {
      const made = make(this.#maxBytes / 2);
      if (made) return this.#add(name, made);
      this.#set(name, { figures: tooLarge, bytes: bytesOfEntry });
      return null;
    }
    this.#set(name, { figures: askedOnce, bytes: bytesOfEntry });
    return null;
  }

  #find(name: string): unknown {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    // What was used last stands last.
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.figures;
  }

  #add<Figures>(name: string, { figures, bytes }: Made<Figures>): Figures {
    if (bytes > this.#maxBytes / 2) this.#set(name, { figures: tooLarge, bytes: bytesOfEntry });
    else this.#set(name, { figures, bytes: bytes + bytesOfEntry });
    return figures;
  }

  #set(name: string, entry: Entry): void {
    this.#bytes += entry.bytes - (this.#entries.get(name)?.bytes ?? 0);
    this.#entries.set(name, entry);
    for (const [oldest, { bytes }] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(oldest);
      this.#bytes -= bytes;
    }
  }
}

/** What is kept beside the classes of a chunk; undefined: nothing yet. */
export function figuresBeside(classCode: object): KeptFigures | undefined {
  return kept.get(classCode);
}

/** Those of a chunk; no other chunk has the same columns. */
export function keptFigures({ classCode, count }: Pick<Chunk, 'classCode' | 'count'>): KeptFigures {
  let figures = kept.get(classCode);
  if (!figures) {
    figures = new KeptFigures(count);
    kept.set(classCode, figures);
  }
  return figures;
}
