import pino from 'pino';
import { defaultLimits } from '../../../src/access/limits.ts';
import { receiptOf } from '../../../src/access/log/receipt.ts';
import { administrator, type Viewer } from '../../../src/access/viewer.ts';
import { Cancellation } from '../../../src/cancellation.ts';
import { type Context, makeContext } from '../../../src/graphql/context.ts';
import { LiveFeed } from '../../../src/live/live-feed.ts';
import { StatementCanceller } from '../../../src/postgres/cancel-statement.ts';
import { serviceProviders as providers } from '../../../src/providers/registry.ts';
import { SummedLog } from '../../../src/summed-log.ts';
import type { TestApp } from '../../support/app.ts';
import { seals } from '../../support/seals.ts';

const log = pino({ level: 'silent' });
const failures = new SummedLog(log);

/** What the resolvers of one operation share that is executed without a server, on an app's database. */
export function contextOf({ database: { db, url } }: TestApp, viewer: Viewer = administrator): Context {
  return makeContext({
    db,
    lists: db,
    writes: db,
    canceller: new StatementCanceller(db.$client),
    cancellation: new Cancellation(),
    requestId: 'test',
    viewer,
    seals,
    isForeign: false,
    refused: [],
    accessLogLost: 0,
    receipt: receiptOf(null),
    costLimit: 1_000_000,
    feed: new LiveFeed({ databaseUrl: url, seals, failures }),
    openPackedCalls: null,
    providers,
    service: {
      timeZone: 'Asia/Kolkata',
      region: 'IN',
      liveAgeLimitHours: 4,
      limits: defaultLimits,
      budgetPerMinute: 1_000_000,
    },
    log,
    failures,
  });
}
