import { sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { agents } from '../agents/agent.table.ts';
import { nameAgents } from '../agents/name-agents.ts';
import { callGroups } from '../call-groups/call-group.table.ts';
import { campaigns } from '../campaigns/campaign.table.ts';
import { customers } from '../customers/customer.table.ts';
import type { Database } from '../db/client.ts';
import { addStart, recountCallTimes, type Starts, widenCallTimes } from '../participants/call-times.ts';
import { ensureRows } from '../participants/ensure-rows.ts';
import { virtualNumbers } from '../virtual-numbers/virtual-number.table.ts';
import { type Call, calls } from './call.table.ts';
import type { TookPart } from './derive-call.ts';

/** The columns of a call that name who and what took part. */
export type ParticipantIds = Pick<Call, 'agentId' | 'campaignId' | 'callGroupId' | 'virtualNumberId' | 'customerId'>;

const kinds = [
  { id: 'agentId', table: agents, column: calls.agentId },
  { id: 'campaignId', table: campaigns, column: calls.campaignId },
  { id: 'callGroupId', table: callGroups, column: calls.callGroupId },
  { id: 'virtualNumberId', table: virtualNumbers, column: calls.virtualNumberId },
  { id: 'customerId', table: customers, column: calls.customerId },
] as const satisfies { id: keyof ParticipantIds; table: object; column: PgColumn }[];

export type NamedTookPart = TookPart & { agentName: string | null; agentEmail: string | null };

/** The ids of who and what took part in each call, of one account, in that order; made where they are new. */
export async function ensureWhoTookPart(
  db: Database,
  accountId: number,
  parts: readonly NamedTookPart[],
): Promise<ParticipantIds[]> {
  const known = (pick: (part: NamedTookPart) => string | null) => parts.map(pick).filter((key) => key !== null);
  const numberOf = ({ agent }: TookPart) => (agent && 'number' in agent ? agent.number : null);
  const emailOf = ({ agent }: TookPart) => (agent && 'email' in agent ? agent.email : null);
  const inAccount = (
    kind: Parameters<typeof ensureRows>[1],
    pick: (part: NamedTookPart) => string | null,
    valuesOf: (key: string) => Record<string, unknown>,
  ) => ensureRows(db, kind, accountId, known(pick), valuesOf);

  const withNumber = await inAccount({ table: agents, key: agents.number }, numberOf, (number) => ({ number }));
  const nobodysNumber = sql`${agents.number} is null`;
  const withEmail = await inAccount({ table: agents, key: agents.email, among: nobodysNumber }, emailOf, (email) => ({
    email,
  }));
  const campaignIds = await inAccount(
    { table: campaigns, key: campaigns.campaignCode },
    (part) => part.campaignCode,
    (campaignCode) => ({ campaignCode }),
  );
  const groupIds = await inAccount(
    { table: callGroups, key: callGroups.name },
    (part) => part.callGroupName,
    (name) => ({ name, nameKey: name.toLowerCase() }),
  );
  const numberIds = await inAccount(
    { table: virtualNumbers, key: virtualNumbers.number },
    (part) => part.virtualNumber,
    (number) => ({ number }),
  );
  const customerIds = await inAccount(
    { table: customers, key: customers.number },
    (part) => part.customer,
    (number) => ({ number }),
  );

  const idOf = (ids: Map<string, number>, key: string | null) => (key === null ? null : (ids.get(key) ?? null));
  const found = parts.map((part) => ({
    agentId: idOf(withNumber, numberOf(part)) ?? idOf(withEmail, emailOf(part)),
    campaignId: idOf(campaignIds, part.campaignCode),
    callGroupId: idOf(groupIds, part.callGroupName),
    virtualNumberId: idOf(numberIds, part.virtualNumber),
    customerId: idOf(customerIds, part.customer),
  }));
  await nameAgents(
    db,
    found.map(({ agentId }, i) => ({
      id: agentId,
      name: parts[i]?.agentName ?? null,
      email: parts[i]?.agentEmail ?? null,
    })),
  );
  return found;
}

export type WrittenCall = ParticipantIds & Pick<Call, 'startedAt'>;

/** Keeps firstCallAt and lastCallAt of all who took part true, after calls were written: `before` is null for new ones. */
export async function keepCallTimes(
  db: Database,
  written: readonly { before: WrittenCall | null; after: WrittenCall }[],
): Promise<void> {
  for (const { id, table, column } of kinds) {
    const starts: Starts = new Map();
    const left = new Set<number>();
    for (const { before, after } of written) {
      addStart(starts, after[id], after.startedAt);
      const was = before?.[id] ?? null;
      if (was !== null && (was !== after[id] || before?.startedAt !== after.startedAt)) left.add(was);
    }
    await widenCallTimes(db, table, starts);
    await recountCallTimes(db, table, column, left);
  }
}
