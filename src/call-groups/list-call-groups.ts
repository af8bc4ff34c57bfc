import type { Database } from '../db/client.ts';
import type { Page } from '../paging/page.ts';
import {
  listParticipants,
  type ParticipantKind,
  type ParticipantListInput,
} from '../participants/list-participants.ts';
import { type CallGroup, callGroups } from './call-group.table.ts';

export type CallGroupPage = Page<CallGroup>;

const kind: ParticipantKind = { type: 'CallGroup', table: callGroups };

/** A page of call groups, by name unless ordered otherwise. */
export function listCallGroups(db: Database, input: ParticipantListInput): CallGroupPage {
  return listParticipants<CallGroup>(db, kind, input);
}
