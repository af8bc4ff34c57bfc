import { getTableColumns, sql } from 'drizzle-orm';
import { ColumnCache, type Numbers, type UnpackedColumns } from '../cache/column-cache.ts';
import { bitsOf, type ColumnName, columnNames, columns as registry, wordColumns } from '../columns.ts';
import { unpackMoments, unpackStarts } from '../packing/pack-columns.ts';
import { unpackNumbers } from '../packing/pack-numbers.ts';
import { callChunks } from './call-chunk.table.ts';
import { type CallColumns, emptyColumns } from './call-columns.ts';
import { type Chunk, noValue } from './chunk.ts';
import type { ChunkHead, Reader } from './find-chunks.ts';

const all = getTableColumns(callChunks);
// So many chunks of a year are a few megabytes at once.
const chunksAtOnce = 64;

/** The columns of chunks, by head: those in the cache, and the rest from the database. */
export async function loadColumns(
  db: Reader,
  cache: ColumnCache,
  heads: readonly ChunkHead[],
  names: readonly ColumnName[],
): Promise<Map<ChunkHead, UnpackedColumns>> {
  const wanted: ColumnName[] = ['startedAt', ...names.filter((name) => name !== 'startedAt')];
  const found = new Map<ChunkHead, UnpackedColumns>();
  const missing = new Map<string, { heads: ChunkHead[]; names: ColumnName[] }>();
  for (const head of heads) {
    const columns = cache.of(head);
    found.set(head, columns);
    if (wanted.every((name) => columns.has(name))) continue;
    const lacking = wanted.filter((name) => !columns.has(name));
    const key = lacking.join();
    const group = missing.get(key) ?? { heads: [], names: lacking };
    group.heads.push(head);
    missing.set(key, group);
  }
  for (const group of missing.values()) {
    for (let from = 0; from < group.heads.length; from += chunksAtOnce) {
      const some = group.heads.slice(from, from + chunksAtOnce);
      const packed = await readPacked(db, some, group.names);
      for (const head of some) {
        const columns = found.get(head);
        const bytes = packed.get(`${head.accountId}:${head.id}`);
        if (!columns || !bytes) throw new Error('a chunk is gone within a snapshot');
        cache.add(head, columns, unpackAll(group.names, bytes, head, columns));
      }
    }
  }
  return found;
}

function unpackAll(
  names: readonly ColumnName[],
  bytes: Record<string, Buffer>,
  head: ChunkHead,
  known: UnpackedColumns,
): [ColumnName, Numbers][] {
  // Moments are told from the starts, which come first.
  let starts = known.get('startedAt') as Float64Array;
  return names.map((name) => {
    const column = unpack(name, bytes[`packed_${name}`] as Buffer, head, starts);
    if (name === 'startedAt') starts = column as Float64Array;
    return [name, column];
  });
}

function unpack(name: ColumnName, bytes: Buffer, { count, firstStartedAt }: ChunkHead, starts: Float64Array) {
  switch (registry[name].kind) {
    case 'start':
      return unpackStarts(bytes, count, firstStartedAt);
    case 'moment':
      return unpackMoments(bytes, starts);
    case 'class':
    case 'words':
      return unpackNumbers(bytes, new Uint16Array(count), 0);
    case 'id':
      return unpackNumbers(bytes, new Float64Array(count), Number.NaN);
    case 'int32':
      return unpackNumbers(bytes, new Int32Array(count), noValue);
  }
}

async function readPacked(
  db: Reader,
  heads: readonly ChunkHead[],
  names: readonly ColumnName[],
): Promise<Map<string, Record<string, Buffer>>> {
  const columns = names.map((name) => sql`${all[name]} as ${sql.identifier(`packed_${name}`)}`);
  const ids = sql.param(heads.map(({ id }) => id));
  const accountIds = sql.param([...new Set(heads.map(({ accountId }) => accountId))]);
  const { rows } = await db.execute<Record<string, Buffer>>(sql`select ${callChunks.accountId}, ${callChunks.chunkId},
      ${sql.join(columns, sql`, `)}
    from ${callChunks}
    where ${callChunks.chunkId} = any(${ids}::bigint[]) and ${callChunks.accountId} = any(${accountIds}::integer[])`);
  return new Map(rows.map((row) => [`${row.account_id}:${row.id}`, row]));
}

const noWords = Object.fromEntries(wordColumns.map((name) => [name, [null]]));

/** All calls of a chunk, as far as its columns are of use. */
export async function loadChunk(db: Reader, head: ChunkHead): Promise<CallColumns> {
  const names = columnNames.filter((name) => (head.usable & bitsOf([name])) !== 0);
  const columns = (await loadColumns(db, new ColumnCache(0), [head], names)).get(head);
  const of = emptyColumns(head.count);
  for (const name of names) {
    const column = columns?.get(name);
    if (!column) throw new Error(`the column ${name} of a chunk is missing`);
    if (column instanceof Int32Array) {
      for (let i = 0; i < column.length; i++) {
        const value = column[i] as number;
        of[name][i] = value === noValue ? Number.NaN : value;
      }
    } else of[name].set(column);
  }
  return { count: head.count, of, words: { ...noWords, ...head.words } };
}

const chunksOfColumns = new WeakMap<UnpackedColumns, Chunk>();

/** A chunk of what has been unpacked of it; the same one for as long as that stays in memory. */
export function chunkOf(head: ChunkHead, columns: UnpackedColumns): Chunk {
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
