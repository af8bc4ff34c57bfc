import { CursorCodec } from './cursor-codec.ts';
import { type FormerIds, IdCodec } from './global-id.ts';

/** What is kept in a database for it: keys of 32 bytes, and which former ids count. It can be sent to another thread. */
export type SealKeys = { ids: Uint8Array; cursors: Uint8Array; formerIds: FormerIds };

/** What is opaque outside: ids, and places in lists. */
export type Seals = { ids: IdCodec; cursors: CursorCodec };

/** Makes and opens what services of one database give out: they all understand each other's. */
export function makeSeals({ ids, cursors, formerIds }: SealKeys): Seals {
  return { ids: new IdCodec(ids, formerIds), cursors: new CursorCodec(cursors) };
}
