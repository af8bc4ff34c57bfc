import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { calls } from '../calls/call.table.ts';
import type { Instant } from '../time/instant.ts';
import { agents, callGroups, campaigns, customers, virtualNumbers } from './participants.table.ts';

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

/** A row of a participant, as it is and as it will be. */
export type Participant = {
  /** Null: there is none yet. */
  id: number | null;
  key: string;
  /** As sent last. */
  name: string | null;
  /** Given here: what is shown in its place. */
  givenName: string | null;
  email: string | null;
  firstCallAt: Instant | null;
  lastCallAt: Instant | null;
  isChanged: boolean;
  /** Whether an agent's name or e-mail address has changed, and not the times of calls alone, as mostly. */
  isRenamed: boolean;
};

/** By what somebody or something is known; left out and null: nothing was sent. */
export type ParticipantKeys = Readonly<Partial<Record<ParticipantKey, string | null>>>;
