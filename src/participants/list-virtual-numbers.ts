import type { Database } from '../postgres/client.ts';
import type { Page } from '../query/page.ts';
import { listParticipants, type ParticipantKind, type ParticipantListInput } from './list-participants.ts';
import { type VirtualNumber, virtualNumbers } from './virtual-number.table.ts';

export type VirtualNumberPage = Page<VirtualNumber>;

const kind: ParticipantKind = { type: 'VirtualNumber', table: virtualNumbers, number: virtualNumbers.number };

/** A page of virtual numbers, by name unless ordered otherwise. */
export function listVirtualNumbers(db: Database, input: ParticipantListInput): VirtualNumberPage {
  return listParticipants<VirtualNumber>(db, kind, input);
}
