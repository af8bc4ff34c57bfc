import { getTableColumns } from 'drizzle-orm';
import { opensTo } from '../access/opens-to.ts';
import { requireOpened } from '../access/require-scope.ts';
import type { WebhookEventFilter } from '../graphql/generated/inputs.ts';
import { Page } from '../query/page.ts';
import type { PageArguments } from '../query/page-arguments.ts';
import type { ViewerDatabase } from '../query/viewer-database.ts';
import { maskEvents, type WebhookEventRow } from './mask-events.ts';
import { webhookEvents } from './webhook-event.table.ts';
import { eventCondition } from './webhook-event-filter.ts';

const { body: _body, contentHash: _contentHash, ...shown } = getTableColumns(webhookEvents);

/** What is read of a KeptEvent. */
export const eventColumns = shown;

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
      condition: eventCondition(filter, { ids: db.seals.ids, viewer: db.viewer }),
      sort: {
        key: webhookEvents.receivedAt,
        nullable: false,
        type: 'timestamptz',
        number: webhookEvents.arrivalNumber,
        id: webhookEvents.id,
        direction: 'DESC',
      },
      positionOf: ({ receivedAt, arrivalNumber, id }) => ({ key: receivedAt, number: arrivalNumber, id }),
      select: async (on, { condition, order, limit }) =>
        maskEvents(db, await on.select(eventColumns).from(webhookEvents).where(condition).orderBy(order).limit(limit)),
      advice: filter ? advice : undefined,
      identity: ['webhookEvents', filter ?? null],
    },
    page,
  );
}
