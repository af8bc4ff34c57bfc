import type { Account } from '../../accounts/account.table.ts';
import { chooseAccount } from '../../accounts/choose-account.ts';
import type { IdCodec } from '../../query/global-id.ts';
import { allOf, type Predicate } from '../../query/predicate.ts';
import { type Instant, instantSyntax, msOf, parseInstant } from '../../time/instant.ts';
import { resolveRange } from '../../time/range.ts';
import { isTimeZoneName } from '../../time/time-zone-names.ts';
import { localToInstant, startOfDay } from '../../time/zone.ts';
import type { CalendarPeriod, CallFilter } from '../generated/inputs.ts';
import { badParameter, type ReadParameters } from './read-parameters.ts';

type Values = ReadParameters['values'];

/** The zone of an export: as of a question of figures. */
export function readZone(
  { timeZone }: Values,
  filter: CallFilter,
  { accounts, ids, service }: { accounts: readonly Account[]; ids: IdCodec; service: string },
): string {
  if (timeZone === undefined) return chooseAccount(accounts, filter, ids)?.timeZone ?? service;
  if (isTimeZoneName(timeZone as string)) return timeZone as string;
  throw badParameter(
    'timeZone',
    'is no known zone',
    'a name of the IANA time zone database, spelt exactly',
    'timeZone=Asia/Kolkata',
  );
}

/** The start of calls, from the one instant (null: from the first) to before the other (null: to the last). */
export type AskedRange = { from: Instant | null; to: Instant | null };

/** The range that is asked for, by from and to, last or calendar; of none of them everything. */
export function readRange(values: Values, { zone, now }: { zone: string; now: Instant }): AskedRange {
  const { last, calendar, from, to, weekStartsOn = 1 } = values;
  const kinds = [from !== undefined || to !== undefined ? 'from and to' : null, last && 'last', calendar && 'calendar'];
  if (kinds.filter(Boolean).length > 1) {
    throw badParameter(
      'from, to, last, calendar',
      'are given together',
      'from and to, or last, or calendar',
      'last=P7D',
    );
  }
  if (last === undefined && calendar === undefined) {
    const start = from === undefined ? null : readMoment('from', from as string, zone);
    const end = to === undefined ? null : readMoment('to', to as string, zone);
    if (start && end && start > end)
      throw badParameter('to', 'is before from', 'from or later', 'from=2026-11-01&to=2026-11-08');
    return { from: start, to: end };
  }
  const asked = last === undefined ? { calendar: calendar as CalendarPeriod } : { last: last as string };
  return resolveRange(asked, { zone, now, weekStartsOn: weekStartsOn as number, path: [] });
}

/** An instant, or the first one of a local date. */
export function readMoment(name: string, text: string, zone: string): Instant {
  const instant = parseInstant(text);
  if (instant) return instant;
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = { year: Number(year), month: Number(month), day: Number(day) };
  try {
    localToInstant(zone, { ...date, hour: 12, minute: 0, second: 0 }); // is there such a date?
    return startOfDay(zone, date);
  } catch {
    const hint = / \d\d:\d\d$/.test(text) ? ' (in an address a plus is written %2B)' : '';
    throw badParameter(name, `is no instant and no date${hint}`, `a date, or ${instantSyntax}`, `${name}=2026-11-01`);
  }
}

/** Which calls a range leaves. */
export function startedIn({ from, to }: AskedRange): Predicate {
  const parts: Predicate[] = [];
  if (from) parts.push({ of: 'startedAt', is: 'gte', value: msOf(from) });
  if (to) parts.push({ of: 'startedAt', is: 'lt', value: msOf(to) });
  return allOf(...parts);
}
