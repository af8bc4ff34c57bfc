import type { ColumnCache, UnpackedColumns } from '../cache/column-cache.ts';
import { bitsOf, type ColumnName } from '../columns.ts';
import type { Chunk } from './chunk.ts';
import type { ChunkHead } from './find-chunks.ts';
import { loadColumns } from './load-columns.ts';
import type { Reader } from './reader.ts';

/** By place of a head: its chunk, which columns it has as bits, and when it was asked of the cache last. */
type Ready = { chunks: Chunk[]; columns: Int32Array; askedAt: Float64Array };

// The cache knows to the second what was used, and how much is kept beside it.
const askAgainMs = 1000;

// What a generation of a cache holds; it goes with the generation, and with the heads.
const readyOfGenerations = new WeakMap<object, WeakMap<readonly ChunkHead[], Ready>>();

/** The chunks of some heads, told by their places, with columns in memory; those not there are loaded. The list is the caller's. */
export async function readyChunks(
  db: Reader,
  cache: ColumnCache,
  heads: readonly ChunkHead[],
  places: readonly number[],
  names: readonly ColumnName[],
): Promise<Chunk[]> {
  const { chunks, columns, askedAt } = readyOf(cache, heads);
  const wanted = bitsOf(names);
  const now = performance.now();
  const found: Chunk[] = [];
  const lacking: number[] = [];
  for (let i = 0; i < places.length; i++) {
    const place = places[i] as number;
    const isReady = ((columns[place] as number) & wanted) === wanted && now - (askedAt[place] as number) < askAgainMs;
    if (!isReady) lacking.push(i);
    found.push(chunks[place] as Chunk);
  }
  if (lacking.length === 0) return found;

  const some = lacking.map((i) => heads[places[i] as number] as ChunkHead);
  const loaded = await loadColumns(db, cache, some, names);
  for (const [k, head] of some.entries()) {
    const own = loaded.get(head) as UnpackedColumns;
    const i = lacking[k] as number;
    const place = places[i] as number;
    const chunk = chunkOf(head, own);
    found[i] = chunk;
    chunks[place] = chunk;
    columns[place] = bitsOf(own.keys());
    askedAt[place] = now;
  }
  return found;
}

function readyOf({ generation }: ColumnCache, heads: readonly ChunkHead[]): Ready {
  const ofGeneration = readyOfGenerations.get(generation) ?? new WeakMap<readonly ChunkHead[], Ready>();
  readyOfGenerations.set(generation, ofGeneration);
  const known = ofGeneration.get(heads);
  if (known) return known;
  const { length } = heads;
  const made = { chunks: [], columns: new Int32Array(length), askedAt: new Float64Array(length) };
  ofGeneration.set(heads, made);
  return made;
}

const chunksOfColumns = new WeakMap<UnpackedColumns, Chunk>();

/** A chunk of what has been unpacked of it; the same one for as long as that stays in memory. */
function chunkOf(head: ChunkHead, columns: UnpackedColumns): Chunk {
  const known = chunksOfColumns.get(columns) ?? makeChunkOf(head, columns);
  chunksOfColumns.set(columns, known);
  return known;
}

function makeChunkOf({ accountId, from, to, count, words }: ChunkHead, columns: UnpackedColumns): Chunk {
  const get = <Numbers>(name: ColumnName) => {
    const column = columns.get(name);
    if (!column) throw new Error(`the column ${name} was not asked for`);
    return column as Numbers;
  };
  return {
    accountId,
    from,
    to,
    count,
    startedAt: get<Float64Array>('startedAt'),
    classes: words.classes,
    classCode: get<Uint16Array>('class'),
    superseded: null,
    int32: (name) => get<Int32Array>(name),
    moment: (name) => get<Float64Array>(name),
    words: (name) => ({ codes: get<Uint16Array>(name), values: words[name] }),
    id: () => get<Float64Array>('id'),
  };
}
