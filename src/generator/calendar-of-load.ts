import { type Random, weightedChoice } from './random.ts';

export const dayMs = 86_400_000;
/** Asia/Kolkata, which knows no daylight saving. */
export const zoneMs = 5.5 * 3_600_000;
export const days = 365;

/** How busy each hour of a working day is. */
const hours = [1, 0.6, 0.4, 0.3, 0.4, 1, 3, 8, 22, 52, 88, 100, 92, 70, 66, 82, 90, 84, 62, 40, 26, 15, 7, 3];
const minuteWeights = Array.from({ length: 1440 }, (_, minute) => {
  const at = minute / 60 - 0.5;
  const before = hours[(Math.floor(at) + 24) % 24] as number;
  const after = hours[(Math.floor(at) + 25) % 24] as number;
  return before + (after - before) * (at - Math.floor(at));
});
const peak = Math.max(...minuteWeights);
const drawMinute = weightedChoice(minuteWeights);

/** Monday first. */
const weekdays = [1.15, 1.05, 1, 1, 0.98, 0.62, 0.28];
export const shareOfHoliday = 0.25;
const holidays = new Set([
  '01-01',
  '01-26',
  '03-04',
  '04-03',
  '05-01',
  '08-15',
  '08-26',
  '10-02',
  '10-20',
  '10-21',
  '11-08',
  '12-25',
]);

/** How busy a day is by the calendar, where 1 is a Wednesday; of a date the UTC parts are read. */
export function weightOfDate(date: Date): number {
  const weekday = weekdays[(date.getUTCDay() + 6) % 7] as number;
  return weekday * (isHoliday(date) ? shareOfHoliday : 1);
}

/** Whether hardly anybody works; of a date the UTC parts are read. */
export function isHoliday(date: Date): boolean {
  return holidays.has(date.toISOString().slice(5, 10));
}

/** By how much a day differs from what the calendar says. */
export function chanceOfDay(random: Random): number {
  return Math.max(0.6, 1 + 0.08 * random.normal());
}

/** How many calls begin on each day of the year that ends with `until`, a local midnight as local milliseconds. */
export function callsByDay(calls: number, until: number, random: Random): number[] {
  const weights = Array.from({ length: days }, (_, day) => {
    const date = new Date(until - (days - day) * dayMs);
    const growth = 0.8 + (0.4 * day) / days;
    return weightOfDate(date) * growth * chanceOfDay(random);
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  let [exact, given] = [0, 0];
  return weights.map((weight) => {
    exact += (weight / sum) * calls;
    const count = Math.round(exact) - given;
    given += count;
    return count;
  });
}

/** A second of the day, likelier at busy hours, and how busy it is then: from 0 to about 1.4. */
export function drawSecond(random: Random): number {
  return drawMinute(random) * 60 + random.below(60);
}

/** The load at a second of the day, of a day with `share` of a usual day's calls. */
export function loadAt(second: number, share: number): number {
  return ((minuteWeights[Math.floor(second / 60)] as number) / peak) * share;
}
