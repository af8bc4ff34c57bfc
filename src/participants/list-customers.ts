import type { Database } from '../postgres/client.ts';
import type { Page } from '../query/page.ts';
import { type Customer, customers } from './customer.table.ts';
import { listParticipants, type ParticipantKind, type ParticipantListInput } from './list-participants.ts';

export type CustomerPage = Page<Customer>;

const kind: ParticipantKind = { type: 'Customer', table: customers, number: customers.number };

/** A page of customers, by name unless ordered otherwise. */
export function listCustomers(db: Database, input: ParticipantListInput): CustomerPage {
  return listParticipants<Customer>(db, kind, input);
}
