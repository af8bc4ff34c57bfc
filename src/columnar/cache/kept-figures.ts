import type { Chunk } from '../store/chunk.ts';

// A chunk may be made anew for each question; the columns that stay in memory are what is the same.
const kept = new WeakMap<object, KeptFigures>();
const keptOfBlocks = new WeakMap<object, readonly { of: readonly object[]; figures: KeptFigures }[]>();
const blocksOfChunk = 3;

// A chunk's columns take about 90 bytes for each call once all of them are in use.
const bytesPerCall = 32;
// Figures of hundreds of questions that are asked again and again.
const bytesForAny = 2 ** 17;
const bytesOfEntry = 200;
const shareLeft = 0.8;

type Made<Figures> = { figures: Figures; bytes: number };
/** `used`: when it was asked for last, by a clock that counts askings. */
type Entry = { figures: unknown; bytes: number; used: number };
const askedOnce = Symbol('asked once');
const tooLarge = Symbol('too large');

/**
 * What has been worked out of a chunk, or of several together, for as long as its columns stay in memory: what was used last,
 * up to so many bytes.
 */
export class KeptFigures {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;
  #clock = 0;

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
      this.#set(name, tooLarge, 0);
      return null;
    }
    this.#set(name, askedOnce, 0);
    return null;
  }

  /**
   * The same, but made the first time too; what is not asked for again takes no room. Null where they are not worth making.
   */
  getKeptAgain<Figures>(name: string, make: (maxBytes: number) => Made<Figures> | null): Figures | null {
    const known = this.#find(name);
    if (known === tooLarge) return null;
    if (known !== undefined && known !== askedOnce) return known as Figures;
    const made = make(this.#maxBytes / 2);
    if (!made) this.#set(name, tooLarge, 0);
    else if (known === askedOnce) this.#add(name, made);
    else this.#set(name, askedOnce, 0);
    return made?.figures ?? null;
  }

  /** Those of a name; null where they are not there. */
  known<Figures>(name: string): Figures | null {
    const known = this.#find(name);
    return known === undefined || known === askedOnce || known === tooLarge ? null : (known as Figures);
  }

  /** Adds those of a name, unless they cannot be made, or are known to take too much room. */
  keep<Figures>(name: string, make: () => Made<Figures> | null): void {
    if (this.#find(name) === tooLarge) return;
    const made = make();
    if (made) this.#add(name, made);
  }

  #find(name: string): unknown {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    entry.used = ++this.#clock;
    return entry.figures;
  }

  #add<Figures>(name: string, { figures, bytes }: Made<Figures>): Figures {
    if (bytes > this.#maxBytes / 2) this.#set(name, tooLarge, 0);
    else this.#set(name, figures, bytes);
    return figures;
  }

  #set(name: string, figures: unknown, ownBytes: number): void {
    const bytes = ownBytes + bytesOfEntry;
    this.#bytes += bytes - (this.#entries.get(name)?.bytes ?? 0);
    this.#entries.set(name, { figures, bytes, used: ++this.#clock });
    if (this.#bytes > this.#maxBytes) this.#makeRoom();
  }

  /** What was used last stays. So much goes at once that it is seldom done. */
  #makeRoom(): void {
    const oldestFirst = [...this.#entries].sort(([, a], [, b]) => a.used - b.used);
    for (const [name, { bytes }] of oldestFirst) {
      if (this.#bytes <= this.#maxBytes * shareLeft) break;
      this.#entries.delete(name);
      this.#bytes -= bytes;
    }
  }
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

/** Those of chunks together. Several blocks may begin with the same chunk: what was asked about last is there. */
export function keptFiguresOf(chunks: readonly Pick<Chunk, 'classCode' | 'count'>[]): KeptFigures {
  const first = chunks[0]?.classCode as object;
  const blocks = keptOfBlocks.get(first) ?? [];
  const known = blocks.find(({ of }) => isOf(of, chunks));
  if (known) return known.figures;
  const figures = new KeptFigures(chunks.reduce((sum, { count }) => sum + count, 0));
  const made = { of: chunks.map(({ classCode }) => classCode), figures };
  keptOfBlocks.set(first, [made, ...blocks.slice(0, blocksOfChunk - 1)]);
  return figures;
}

function isOf(columns: readonly object[], chunks: readonly Pick<Chunk, 'classCode'>[]): boolean {
  return columns.length === chunks.length && chunks.every(({ classCode }, i) => classCode === columns[i]);
}

/** Bytes of what is kept of a chunk, told by its classes, and of blocks that begin with it. */
export function bytesBeside(classCode: object): number {
  let bytes = kept.get(classCode)?.bytes ?? 0;
  for (const { figures } of keptOfBlocks.get(classCode) ?? []) bytes += figures.bytes;
  return bytes;
}

/** Forgets that. */
export function forgetBeside(classCode: object): void {
  kept.get(classCode)?.forget();
  for (const { figures } of keptOfBlocks.get(classCode) ?? []) figures.forget();
}
