import type { SQL } from 'drizzle-orm';
import { hiddenArgument } from '../access/require-scope.ts';
import { hasScope, type Viewer } from '../access/viewer.ts';
import type { WebhookEventFilter } from '../graphql/generated/inputs.ts';
import type { IdCodec } from '../query/global-id.ts';
import { dateTimeFilter, type FieldFilter, idFilter, type Operators, stringFilter } from '../query/operators.ts';
import { allOf, anyOf, type Predicate, type PredicateValue } from '../query/predicate.ts';
import { predicateSql, type SqlOperand } from '../query/predicate-sql.ts';
import { readList, refuseNull } from '../query/read-value.ts';
import { webhookEvents } from './webhook-event.table.ts';

const operands = {
  kind: { kind: 'word', value: webhookEvents.kind },
  state: { kind: 'word', value: webhookEvents.state },
  accountId: { kind: 'id', value: webhookEvents.accountId, isInteger: true },
  callSid: { kind: 'text', value: webhookEvents.callSid },
  receivedAt: { kind: 'instant', value: webhookEvents.receivedAt },
} satisfies Record<string, SqlOperand>;
type Field = keyof typeof operands;

const fieldsOf = (ids: IdCodec): Record<string, FieldFilter<Field>> => ({
  accountId: idFilter('accountId', (text) => ids.rowIdOf('Account', text)),
  callSid: stringFilter('callSid'),
  receivedAt: dateTimeFilter('receivedAt'),
});

/** How a filter's ids are read, and who asks. */
export type EventFilterReading = { ids: IdCodec; viewer: Pick<Viewer, 'scopes'> };

/**
 * The condition on deliveries that a WebhookEventFilter stands for. BAD_USER_INPUT with the argument's path; FORBIDDEN for
 * what asks for callSid, which may hold a number, of a viewer without the scope numbers.
 */
export function eventCondition(
  filter: WebhookEventFilter | null | undefined,
  { ids, viewer }: EventFilterReading,
): SQL {
  const fields = fieldsOf(ids);
  const parts = Object.entries(filter ?? {}).map(([name, value]): Predicate<Field> => {
    const at = ['filter', name];
    if (name === 'callSid' && !hasScope(viewer, 'numbers')) throw hiddenArgument(at, 'numbers', 'the other fields');
    refuseNull(value, at, 'a value');
    if (name === 'kind' || name === 'state') {
      // One comparison for each word: an index that holds one state in order serves "= word", but not "in (words)".
      return anyOf(...readList(value, at, (word) => ({ of: name, in: [word as PredicateValue] }) as const));
    }
    return (fields[name] as FieldFilter<Field>)(value as Operators, at);
  });
  return predicateSql(allOf(...parts), (field) => operands[field]);
}
