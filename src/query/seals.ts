import { CursorCodec } from './cursor-codec.ts';
import { IdCodec } from './global-id.ts';

/** Keys of the service's own, kept in its database: 32 bytes each. They can be sent to another thread. */
export type SealKeys = { ids: Uint8Array; cursors: Uint8Array };

/** What is opaque outside: ids, and places in lists. */
export type Seals = { ids: IdCodec; cursors: CursorCodec };

/** Makes and opens what services of one database give out: they all understand each other's. */
export function makeSeals({ ids, cursors }: SealKeys): Seals {
  return { ids: new IdCodec(ids), cursors: new CursorCodec(cursors) };
}
