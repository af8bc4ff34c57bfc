import { bigint, pgTable, text } from 'drizzle-orm/pg-core';
import type { NodeType } from '../../query/global-id.ts';

/** How far rows had been numbered when ids became enciphered: of these the former ids may have been given out, of no later ones. */
export const formerIds = pgTable('former_ids', {
  type: text().$type<NodeType>().primaryKey(),
  lastId: bigint('last_id', { mode: 'number' }).notNull(),
});
