import type { SQL } from 'drizzle-orm';
import type { AccessLogFilter } from '../../graphql/generated/inputs.ts';
import { dateTimeFilter, type FieldFilter, type Operators, stringFilter } from '../../query/operators.ts';
import { allOf, type Predicate } from '../../query/predicate.ts';
import { predicateSql, type SqlOperand } from '../../query/predicate-sql.ts';
import { refuseNull } from '../../query/read-value.ts';
import { accessLog } from './access-log.table.ts';

const operands = {
  at: { kind: 'instant', value: accessLog.at },
  viewer: { kind: 'text', value: accessLog.viewer },
  operationName: { kind: 'text', value: accessLog.operationName },
  code: { kind: 'text', value: accessLog.code },
  requestId: { kind: 'text', value: accessLog.requestId },
  isChange: { kind: 'presence', value: accessLog.change },
} satisfies Record<string, SqlOperand>;
type Field = keyof typeof operands;

const fields: Record<string, FieldFilter<Field>> = {
  at: dateTimeFilter('at'),
  viewer: stringFilter('viewer'),
  operationName: stringFilter('operationName'),
  code: stringFilter('code'),
  requestId: stringFilter('requestId'),
};

/** The condition on entries that an AccessLogFilter stands for. BAD_USER_INPUT with the argument's path. */
export function entryCondition(filter: AccessLogFilter | null | undefined): SQL {
  const parts = Object.entries(filter ?? {}).map(([name, value]): Predicate<Field> => {
    const at = ['filter', name];
    refuseNull(value, at, 'a value');
    if (name === 'isChange') return { of: name, in: [value === true] };
    return (fields[name] as FieldFilter<Field>)(value as Operators, at);
  });
  return predicateSql(allOf(...parts), (field) => operands[field]);
}
