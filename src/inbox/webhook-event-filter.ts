import { sql } from 'drizzle-orm';
import type { WebhookEventFilter } from '../graphql/generated/inputs.ts';
import { allOf, anyOf, type Condition } from '../query/condition.ts';
import { rowIdOf } from '../query/global-id.ts';
import { dateTimeFilter, type FieldFilter, idFilter, type Operators, stringFilter } from '../query/operators.ts';
import { readList, refuseNull } from '../query/read-value.ts';
import { webhookEvents } from './webhook-event.table.ts';

// One comparison for each word: an index that holds one state in order serves "= word", but not "= any(words)".
const oneOf =
  (column: typeof webhookEvents.state | typeof webhookEvents.kind): ((words: unknown[]) => Condition) =>
  (words) =>
    anyOf(words.map((word) => sql`${column} = ${sql.param(word)}`));

const lists: Record<string, (words: unknown[]) => Condition> = {
  kind: oneOf(webhookEvents.kind),
  state: oneOf(webhookEvents.state),
};
const fields: Record<string, FieldFilter> = {
  accountId: idFilter(webhookEvents.accountId, (text) => rowIdOf('Account', text)),
  callSid: stringFilter(webhookEvents.callSid),
  receivedAt: dateTimeFilter(webhookEvents.receivedAt),
};

/** The condition on deliveries that a WebhookEventFilter stands for. BAD_USER_INPUT with the argument's path. */
export function eventCondition(filter: WebhookEventFilter | null | undefined): Condition {
  return allOf(
    Object.entries(filter ?? {}).map(([name, value]) => {
      const at = ['filter', name];
      refuseNull(value, at, 'a value');
      const list = lists[name];
      if (list) return list(readList(value, at, (word) => word));
      return (fields[name] as FieldFilter)(value as Operators, at);
    }),
  );
}
