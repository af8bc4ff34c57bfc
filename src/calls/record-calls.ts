import { and, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { Account } from '../accounts/account.table.ts';
import { callGroups } from '../call-groups/call-group.table.ts';
import { campaigns } from '../campaigns/campaign.table.ts';
import type { Database } from '../db/client.ts';
import type { Instant } from '../time/instant.ts';
import { type Call, calls, type NewCall } from './call.table.ts';
import type { CallFacts, ReadStatus } from './call-facts.ts';
import { deriveCall } from './derive-call.ts';
import { factsOfCall } from './facts-of-call.ts';
import { conflicts, mergeFacts } from './merge-facts.ts';
import { ensureWhoTookPart, keepCallTimes, type WrittenCall } from './who-took-part.ts';

export type RecordCallsInput = {
  account: Account;
  /** What was received, in order of arrival. */
  received: readonly CallFacts[];
  readStatus: ReadStatus;
  now: Instant;
};

/** What became of each: CONFLICT tells of another call with the same CallSid, and is left out. */
export type Recorded = 'RECORDED' | 'CONFLICT';

/** What is known of a call: its row, if it has one, and its facts with everything received merged in. */
type Merged = { row: Call | null; facts: CallFacts; index: number[] };

/**
 * Writes what was received into the calls it tells of: idempotent, right in any order, and all or nothing within the
 * caller's transaction.
 */
export async function recordCalls(tx: Database, input: RecordCallsInput): Promise<Recorded[]> {
  const { account, received, readStatus, now } = input;
  const results: Recorded[] = received.map(() => 'RECORDED');
  const merged = await lockKnown(tx, account.id, received);
  for (const [i, facts] of received.entries()) {
    const known = merged.get(facts.callSid);
    if (known && conflicts(known.facts, facts)) results[i] = 'CONFLICT';
    else {
      merged.set(facts.callSid, {
        row: known?.row ?? null,
        facts: mergeFacts(known?.facts ?? null, facts),
        index: [...(known?.index ?? []), i],
      });
    }
  }

  const changed = [...merged.values()].filter(({ index }) => index.length > 0);
  const derived = changed.map(({ row, facts }) =>
    deriveCall(facts, readStatus(facts), account, row?.startedAt ?? null, row?.status ?? null),
  );
  const ids = await ensureWhoTookPart(
    tx,
    account.id,
    derived.map(({ tookPart, agentName }, i) => ({
      ...tookPart,
      agentName,
      agentEmail: changed[i]?.facts.agentEmail ?? null,
    })),
  );

  const inserts: NewCall[] = [];
  const written: { before: WrittenCall | null; after: WrittenCall }[] = [];
  for (const [i, { row, facts }] of changed.entries()) {
    const { tookPart: _tookPart, ...columns } = derived[i] as (typeof derived)[number];
    const participants = ids[i] as (typeof ids)[number];
    const call = { ...factColumns(facts), ...columns, ...participants, accountId: account.id };
    const after = { ...participants, startedAt: columns.startedAt };
    if (row === null) inserts.push({ ...call, createdAt: facts.receivedAt, updatedAt: now });
    else {
      if (!differs(row, call)) continue;
      await tx
        .update(calls)
        .set({ ...call, updatedAt: now })
        .where(and(eq(calls.id, row.id), eq(calls.accountId, account.id)));
    }
    written.push({ before: row, after });
  }
  const elsewhere = await insertCalls(tx, inserts);
  await keepCallTimes(tx, written);
  if (elsewhere.size === 0) return results;

  // Another transaction made these calls at the same moment: now they are known, and can be merged with.
  const again = received.flatMap((facts, i) => (elsewhere.has(facts.callSid) && results[i] === 'RECORDED' ? [i] : []));
  const second = await recordCalls(tx, { ...input, received: again.map((i) => received[i] as CallFacts) });
  for (const [j, i] of again.entries()) results[i] = second[j] as Recorded;
  return results;
}

async function lockKnown(
  tx: Database,
  accountId: number,
  received: readonly CallFacts[],
): Promise<Map<string, Merged>> {
  const sids = new Map(received.map((facts) => [facts.callSid, facts.sidStartedAt]));
  const rows = await tx
    .select({ call: getTableColumns(calls), callGroupName: callGroups.name, campaignCode: campaigns.campaignCode })
    .from(calls)
    .leftJoin(callGroups, eq(callGroups.id, calls.callGroupId))
    .leftJoin(campaigns, eq(campaigns.id, calls.campaignId))
    .where(and(eq(calls.accountId, accountId), inArray(calls.callSid, [...sids.keys()])))
    .orderBy(calls.callSid)
    .for('update', { of: calls });
  return new Map(
    rows.map(({ call, callGroupName, campaignCode }) => {
      const named = { callGroupName, campaignCode, sidStartedAt: sids.get(call.callSid) ?? null };
      return [call.callSid, { row: call, facts: factsOfCall(call, named), index: [] }];
    }),
  );
}

/** Inserts new calls; the CallSids of those that another transaction inserted first come back. */
async function insertCalls(tx: Database, rows: NewCall[]): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  rows.sort((a, b) => (a.callSid < b.callSid ? -1 : 1));
  const inserted = await tx.insert(calls).values(rows).onConflictDoNothing().returning({ callSid: calls.callSid });
  const mine = new Set(inserted.map(({ callSid }) => callSid));
  return new Set(rows.map(({ callSid }) => callSid).filter((callSid) => !mine.has(callSid)));
}

/** The facts that have columns of their own. */
function factColumns(facts: CallFacts) {
  const {
    kind: _kind,
    callGroupName: _callGroupName,
    campaignCode: _campaignCode,
    sidStartedAt: _sidStartedAt,
    receivedAt: _receivedAt,
    ...columns
  } = facts;
  return columns;
}

function differs(row: Call, call: Partial<Call>): boolean {
  return Object.entries(call).some(([name, value]) => {
    const stored = row[name as keyof Call];
    return name === 'coins'
      ? Number(stored) !== Number(value) || (stored === null) !== (value === null)
      : stored !== value;
  });
}
