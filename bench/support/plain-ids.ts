import { readSealKeys } from '../../src/access/keys/read-seal-keys.ts';
import { openDatabase } from '../../src/postgres/client.ts';
import { type IdCodec, type NodeType, nodeTypes } from '../../src/query/global-id.ts';
import { makeSeals } from '../../src/query/seals.ts';

/** Stands for the id of a row where it is not known of which database. */
export function plainId(type: NodeType, id: number): string {
  return `${type}:${id}`;
}

/** The ids of a database; the service that reads it has been started before, for that makes their key. */
export async function idsOf(url: string): Promise<IdCodec> {
  const { db, close } = openDatabase({ url, name: 'bench', max: 1 });
  try {
    return makeSeals(await readSealKeys(db)).ids;
  } finally {
    await close();
  }
}

const plain = new RegExp(`^(${nodeTypes.join('|')}):(\\d+)$`);

/** A question with a database's ids in place of plain ones. */
export function withIds<Asked>(asked: Asked, ids: IdCodec): Asked {
  return JSON.parse(JSON.stringify(asked), (_name, value) => {
    const [, type, id] = (typeof value === 'string' && plain.exec(value)) || [];
    return type === undefined ? value : ids.write(type as NodeType, Number(id));
  });
}

/** An answer with plain ids in place of a database's. */
export function withPlainIds(answer: unknown, ids: IdCodec): unknown {
  return JSON.parse(JSON.stringify(answer), (name, value) => {
    const named = name === 'id' ? ids.read(value) : null;
    return named ? plainId(named.type, named.id) : value;
  });
}
