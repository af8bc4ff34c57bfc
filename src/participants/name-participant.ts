import { requireAdmin } from '../access/require-admin.ts';
import type { Context } from '../graphql/context.ts';
import { giveName, type NamedType } from './give-name.ts';

type NameArguments = { id: string; name?: string | null | undefined };

/** What the mutations that give names have in common: the row's id, for readers that see the new name. */
export async function nameParticipant(type: NamedType, args: NameArguments, context: Context): Promise<number> {
  requireAdmin(context);
  // They read nothing till after the write; a snapshot that an earlier root used is given back before.
  Object.assign(context, context.freshReaders());
  return giveName(context.writes, type, args);
}
