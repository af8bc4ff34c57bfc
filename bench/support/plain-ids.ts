import { readSealKeys } from '../../src/access/keys/read-seal-keys.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import type { IdCodec, NamedRow, NodeType } from '../../src/query/global-id.ts';
import { makeSeals } from '../../src/query/seals.ts';

/** An id as they were given out before they were enciphered: services take it, and whoever asks needs no key. */
export function plainId(type: NodeType, id: number): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The ids of a database. */
export async function idsOf(url: string): Promise<IdCodec> {
  const { db, close } = openDatabase({ url, name: 'bench', max: 1 });
  try {
    return makeSeals(await readSealKeys(db)).ids;
  } finally {
    await close();
  }
}

/** An answer with plain ids in place of its own. */
export function withPlainIds(answer: unknown, ids: IdCodec): unknown {
  const plain = ({ type, id }: NamedRow) => plainId(type, id);
  return JSON.parse(JSON.stringify(answer), (name, value) =>
    name === 'id' ? plain(ids.read(value) as NamedRow) : value,
  );
}
