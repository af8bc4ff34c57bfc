import { sql } from 'drizzle-orm';
import { administrator } from '../../src/access/viewer.ts';
import type { Account } from '../../src/accounts/account.table.ts';
import { accounts } from '../../src/accounts/account.table.ts';
import { deleteOldEndedCalls } from '../../src/calls/merge/delete-old-ended-calls.ts';
import { ageLiveCalls } from '../../src/calls/write/age-live-calls.ts';
import { deleteOldCalls } from '../../src/calls/write/delete-old-calls.ts';
import { findNumber, forgetNumber, readNumber } from '../../src/erasure/erase-person.ts';
import { importRows } from '../../src/imports/import-rows.ts';
import { deleteOldEvents } from '../../src/inbox/delete-old-events.ts';
import { replayEvents } from '../../src/inbox/replay/replay-events.ts';
import { replayNumbers } from '../../src/inbox/replay/replay-numbers.ts';
import { readDeliveries } from '../../src/ingestion/read-delivery.ts';
import { recordBatch } from '../../src/ingestion/record-batch.ts';
import { serviceProviders as providers } from '../../src/providers/registry.ts';
import type { TestDatabase } from '../support/database.ts';
import { ids, toGlobalId } from '../support/seals.ts';
import type { Step } from './draw-mixture.ts';

/** Where the steps of one seed happen. */
export type World = {
  database: TestDatabase;
  /** As they are now; the first is the one that most is told of. */
  accounts: Account[];
  /** Where the last replay ended. */
  lastEventId: number | null;
};

/** Does one step; what whoever asked for it is told. */
export async function takeStep(world: World, step: Step): Promise<unknown> {
  const { pool, db } = world.database;
  const clock = () => step.at;
  const accountAt = (at: number) => world.accounts[at] as Account;
  switch (step.what) {
    case 'deliver': {
      const account = accountAt(step.account);
      const deliveries = step.deliveries.flatMap(({ form, body, url: urlKind, receivedAt }) => {
        const contentType = { JSON: 'application/json', FORM: 'application/x-www-form-urlencoded', QUERY: null }[form];
        const delivery = { form, body: Buffer.from(body), contentType };
        return readDeliveries({ provider: providers.get(account.provider), account, delivery, urlKind, receivedAt });
      });
      return recordBatch(pool, { account, deliveries, clock, providers });
    }
    case 'import': {
      const rows = step.rows.map(({ body, broken }, i) => ({
        where: `line ${i + 1}`,
        body: Buffer.from(body),
        ...(broken !== undefined && { broken }),
      }));
      const batches = (async function* () {
        yield rows;
      })();
      const counts = await importRows(pool, {
        providers,
        account: accountAt(step.account),
        rows: batches,
        form: step.form,
        clock,
      });
      return [counts.rows, Object.entries(counts.states).sort()];
    }
    case 'replay': {
      const { first, dryRun, account, goesOn } = step;
      const filter =
        account === null
          ? step.filter
          : { ...step.filter, accountId: { eq: toGlobalId('Account', accountAt(account).id) } };
      const after = goesOn && world.lastEventId !== null ? toGlobalId('WebhookEvent', world.lastEventId) : null;
      const { lastEventId, ...counts } = await replayEvents(pool, administrator, {
        providers,
        ids,
        filter,
        after,
        first,
        dryRun,
        clock,
      });
      world.lastEventId = lastEventId;
      return Object.entries(counts).sort();
    }
    case 'delete old deliveries':
      return deleteOldEvents(pool, { before: step.before });
    case 'delete old calls':
      return deleteOldCalls(pool, { before: step.before, clock });
    case 'delete old ended calls':
      return deleteOldEndedCalls(pool, { before: step.before });
    case 'age live calls':
      return ageLiveCalls(pool, { silentSince: step.before, clock });
    case 'erase': {
      const account = accountAt(step.account);
      const found = await findNumber(pool, account, readNumber(step.number, account) ?? '');
      if (found.belongsTo !== null) return found.belongsTo;
      return Object.entries(await forgetNumber(pool, { providers, account, found, clock })).sort();
    }
    case 'set the agent leg': {
      const [changed] = await db
        .update(accounts)
        .set({ outgoingAgentLeg: step.leg })
        .where(sql`id = ${accountAt(step.account).id}`)
        .returning();
      world.accounts[step.account] = changed as Account;
      return step.leg;
    }
    case 'read numbers again':
      return replayNumbers(pool, { providers, account: accountAt(step.account), clock });
  }
}
