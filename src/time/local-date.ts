/** A date of the calendar, wherever it is. */
export type LocalDate = { readonly year: number; readonly month: number; readonly day: number };

export const dayMs = 86_400_000;

/** Days since 1970-01-01. A month or day out of bounds runs over into the next or previous ones. */
export function epochDayOf({ year, month, day }: LocalDate): number {
  // Date.UTC would take the years 0 to 99 as 1900 to 1999.
  if (year < 100) return Math.floor(new Date(0).setUTCFullYear(year, month - 1, day) / dayMs);
  return Math.floor(Date.UTC(year, month - 1, day) / dayMs);
}

/** The date that is so many days after 1970-01-01. */
export function localDateOf(epochDay: number): LocalDate {
  const date = new Date(epochDay * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** The same day so many months later; the last of its month if that is shorter. */
export function addMonths(epochDay: number, months: number): number {
  const { year, month, day } = localDateOf(epochDay);
  const lastOfMonth = epochDayOf({ year, month: month + months + 1, day: 0 });
  return Math.min(epochDayOf({ year, month: month + months, day: 1 }) + day - 1, lastOfMonth);
}

/** ISO weekday, Monday = 1 to Sunday = 7. */
export function isoWeekday(epochDay: number): number {
  return ((((epochDay + 3) % 7) + 7) % 7) + 1;
}
