import type { Database } from '../postgres/client.ts';
import type { Page } from '../query/page.ts';
import { type CallGroup, callGroups } from './call-group.table.ts';
import { listParticipants, type ParticipantKind, type ParticipantListInput } from './list-participants.ts';

export type CallGroupPage = Page<CallGroup>;

const kind: ParticipantKind = { type: 'CallGroup', table: callGroups };

/** A page of call groups, by name unless ordered otherwise. */
export function listCallGroups(db: Database, input: ParticipantListInput): CallGroupPage {
  return listParticipants<CallGroup>(db, kind, input);
}
