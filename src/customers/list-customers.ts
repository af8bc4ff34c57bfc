import type { Database } from '../db/client.ts';
import type { Page } from '../paging/page.ts';
import {
  listParticipants,
  type ParticipantKind,
  type ParticipantListInput,
} from '../participants/list-participants.ts';
import { type Customer, customers } from './customer.table.ts';

export type CustomerPage = Page<Customer>;

const kind: ParticipantKind = { type: 'Customer', table: customers, number: customers.number };

/** A page of customers, by name unless ordered otherwise. */
export function listCustomers(db: Database, input: ParticipantListInput): CustomerPage {
  return listParticipants<Customer>(db, kind, input);
}
