import { getTableColumns } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import type { WebhookEventFilter } from '../graphql/generated/inputs.ts';
import { Page } from '../query/page.ts';
import type { PageArguments } from '../query/page-arguments.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { type WebhookEvent, webhookEvents } from './webhook-event.table.ts';
import { eventCondition } from './webhook-event-filter.ts';

const { body: _body, contentHash: _contentHash, ...shown } = getTableColumns(webhookEvents);

/** What is read of a delivery without what was sent, which may be large. */
export const eventColumns = shown;

/** A delivery as questions see it. */
export type WebhookEventRow = Pick<WebhookEvent, keyof typeof shown>;

export type WebhookEventPage = Page<WebhookEventRow>;

export type WebhookEventListInput = PageArguments & { filter?: WebhookEventFilter | null | undefined };

const advice = 'Narrow it by a range of receivedAt, or ask by callSid.';

/** A page of the deliveries that a filter matches, the newest first. */
export function listWebhookEvents(db: ViewerDatabase, { filter, ...page }: WebhookEventListInput): WebhookEventPage {
  requireOpened(db.viewer, opensTo.deliveries);
  return new Page<WebhookEventRow>(
    {
      db,
      table: webhookEvents,
      account: webhookEvents.accountId,
      opensTo: opensTo.deliveries,
      condition: eventCondition(filter, db.seals.ids),
      sort: {
        key: webhookEvents.receivedAt,
        nullable: false,
        type: 'timestamptz',
        number: webhookEvents.arrivalNumber,
        id: webhookEvents.id,
        direction: 'DESC',
      },
      positionOf: ({ receivedAt, arrivalNumber, id }) => ({ key: receivedAt, number: arrivalNumber, id }),
      select: (on, { condition, order, limit }) =>
        on.select(eventColumns).from(webhookEvents).where(condition).orderBy(order).limit(limit),
      advice: filter ? advice : undefined,
      identity: ['webhookEvents', filter ?? null],
    },
    page,
  );
}
