import type { Account } from '../../accounts/account.table.ts';
import { chooseAccount } from '../../accounts/choose-account.ts';
import { badInput } from '../../errors.ts';
import type { CallFilter, TimeRangeInput } from '../../graphql/generated/inputs.ts';
import { allOf, type Predicate } from '../../query/predicate.ts';
import type { Seals } from '../../query/seals.ts';
import { type Instant, msOf } from '../../time/instant.ts';
import { resolveRange, type TimeRange } from '../../time/range.ts';
import { isTimeZoneName } from '../../time/time-zone-names.ts';

export type RangeInput = { range: TimeRangeInput; timeZone?: unknown; weekStartsOn: number };

/** A range of time as it was asked for, and as it is now. */
export type AskedRange = { range: TimeRange; timeZone: string; weekStartsOn: number };

/** Reads a range, with what decides where its zone is not given; BAD_USER_INPUT for what cannot be read. */
export function readRange(
  { range, ...given }: RangeInput,
  { timeZone: usual, now }: { timeZone: string; now: Instant },
): AskedRange {
  const { weekStartsOn } = given;
  const timeZone = readZone(given) ?? usual;
  return { range: resolveRange(range, { zone: timeZone, now, weekStartsOn, path: ['range'] }), timeZone, weekStartsOn };
}

export const startedWithin = ({ from, to }: Pick<TimeRange, 'from' | 'to'>): Predicate =>
  allOf<'startedAt'>({ of: 'startedAt', is: 'gte', value: msOf(from) }, { of: 'startedAt', is: 'lt', value: msOf(to) });

type Around = {
  now: Instant;
  accounts: () => Promise<Account[]>;
  service: { timeZone: string };
  seals: Pick<Seals, 'ids'>;
};

/** What a list is narrowed to by the arguments of its range: which calls, and what tells it from other ranges. */
export type ListRange = { predicate: Predicate; identity: readonly unknown[] };

type ListRangeInput = { range?: TimeRangeInput | null | undefined; filter?: CallFilter | null | undefined };

/** The range of a list, in the zone in which the same question about figures is answered; null where none is given. */
export async function rangeOfList(
  { range, filter, ...given }: Omit<RangeInput, 'range'> & ListRangeInput,
  { now, accounts, service, seals }: Around,
): Promise<ListRange | null> {
  const zone = readZone(given);
  if (range == null) return null;
  const usual = zone ?? chooseAccount(await accounts(), filter, seals.ids)?.timeZone ?? service.timeZone;
  const asked = readRange({ ...given, range }, { timeZone: usual, now });
  return { predicate: startedWithin(asked.range), identity: [range, asked.timeZone, asked.weekStartsOn] };
}

/** The zone that is given, if any; a week that begins on no day is refused, too. */
function readZone({ timeZone, weekStartsOn }: Omit<RangeInput, 'range'>): string | null {
  if (weekStartsOn < 1 || weekStartsOn > 7) {
    throw badInput(['weekStartsOn'], `is ${weekStartsOn}`, '1 (Monday) to 7 (Sunday)');
  }
  if (timeZone === null || timeZone === undefined) return null;
  if (typeof timeZone === 'string' && isTimeZoneName(timeZone)) return timeZone;
  throw badInput(
    ['timeZone'],
    `${JSON.stringify(timeZone)?.slice(0, 60)} is not a known zone`,
    'an IANA name spelt exactly, such as "Asia/Kolkata", "America/New_York" or "UTC"',
  );
}
