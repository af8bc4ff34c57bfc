import type pg from 'pg';
import { badInput } from '../../errors.ts';
import { inTransaction } from '../../postgres/statement.ts';
import { noteChange } from '../log/note-change.ts';
import { requireScope } from '../require-scope.ts';
import type { Viewer } from '../viewer.ts';
import { addKeySecret } from './add-key-secret.ts';
import { type IssuedKey, stateOf } from './api-key.ts';
import type { Asked } from './create-key.ts';
import { beginChange, lockKey, readKey } from './key-rows.ts';
import { holdToMaker } from './maker-rights.ts';

/**
 * Makes a new secret of a key, and says it this once. Those there are stay valid until they are revoked. Whoever has it may do what
 * the key may: FORBIDDEN where that is more than its maker may.
 */
export async function rotateKey(pool: pg.Pool, maker: Viewer, name: string, { now, path }: Asked): Promise<IssuedKey> {
  requireScope(maker, 'admin');
  return inTransaction(pool, async (on) => {
    await beginChange(on, maker, now);
    const key = await lockKey(on, maker, name, path);
    const state = stateOf(key, now);
    if (state !== 'ACTIVE') {
      const problem = state === 'REVOKED' ? 'names a key that was revoked' : 'names a key that has expired';
      throw badInput([...path, 'name'], problem, 'a key that is valid; else make another one');
    }
    holdToMaker(maker, key, path);
    const secret = await addKeySecret(on, key.id, now);
    await noteChange(on, maker, { what: `key ${name} given a new secret` }, now);
    return { key: await readKey(on, maker, key.id), secret };
  });
}
