import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { calls } from '../calls/call.table.ts';
import { agents } from './agent.table.ts';
import { callGroups } from './call-group.table.ts';
import { campaigns } from './campaign.table.ts';
import { customers } from './customer.table.ts';
import { virtualNumbers } from './virtual-number.table.ts';

/** How who and what took part is known within an account; an agent by number or, without one, by e-mail address. */
export type ParticipantKey =
  | 'agentNumber'
  | 'agentEmail'
  | 'campaignCode'
  | 'callGroupName'
  | 'virtualNumber'
  | 'customer';

/** The columns of a call that name who and what took part. */
export const participantColumns = ['agentId', 'campaignId', 'callGroupId', 'virtualNumberId', 'customerId'] as const;
export type ParticipantColumn = (typeof participantColumns)[number];

export type ParticipantTable = PgTable & {
  id: PgColumn;
  accountId: PgColumn;
  firstCallAt: PgColumn;
  lastCallAt: PgColumn;
};

export type ParticipantKind = {
  column: ParticipantColumn;
  callColumn: PgColumn;
  table: ParticipantTable;
  /** The column that holds the key, and its name in TypeScript. */
  key: PgColumn;
  keyName: string;
};

export const participantKinds: Record<ParticipantKey, ParticipantKind> = {
  agentNumber: {
    column: 'agentId',
    callColumn: calls.agentId,
    table: agents,
    key: agents.number,
    keyName: 'number',
  },
  agentEmail: { column: 'agentId', callColumn: calls.agentId, table: agents, key: agents.email, keyName: 'email' },
  campaignCode: {
    column: 'campaignId',
    callColumn: calls.campaignId,
    table: campaigns,
    key: campaigns.campaignCode,
    keyName: 'campaignCode',
  },
  callGroupName: {
    column: 'callGroupId',
    callColumn: calls.callGroupId,
    table: callGroups,
    key: callGroups.name,
    keyName: 'name',
  },
  virtualNumber: {
    column: 'virtualNumberId',
    callColumn: calls.virtualNumberId,
    table: virtualNumbers,
    key: virtualNumbers.number,
    keyName: 'number',
  },
  customer: {
    column: 'customerId',
    callColumn: calls.customerId,
    table: customers,
    key: customers.number,
    keyName: 'number',
  },
};

export const participantKeys = Object.keys(participantKinds) as ParticipantKey[];
