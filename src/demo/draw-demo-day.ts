import { chanceOfDay, dayMs, shareOfHoliday, weightOfDate, zoneMs } from '../generator/calendar-of-load.ts';
import type { DrawnCall } from '../generator/draw-call.ts';
import { drawDay } from '../generator/draw-day.ts';
import { type Random, randomFrom } from '../generator/random.ts';
import type { DemoAccount } from './demo-company.ts';
import { onDuty } from './duty.ts';

/** Among any 90 days there is one of each. */
const weeksBetween = 12;
const badDay = { week: 3, weekday: 1, calls: 1.35, share: 2.1 };
const holiday = { week: 8, weekday: 3 };

/** The midnight in Asia/Kolkata before a moment, in milliseconds. */
export function midnightBefore(ms: number): number {
  return Math.floor((ms + zoneMs) / dayMs) * dayMs - zoneMs;
}

/**
 * The calls of an account on the day that begins at this midnight, in the order in which they are told: the same for the
 * same seed and day, whenever they are drawn.
 */
export function drawDemoDay(account: DemoAccount, midnight: number, seed: number): DrawnCall[] {
  const day = Math.floor((midnight + zoneMs) / dayMs);
  const random = randomFrom(seed + account.callsOfDay, (day * 0.618033988749895) % 1);
  const { calls, share } = busyness(day, random);
  const { company, noteCall } = onDuty(account.company);
  const count = Math.round(account.callsOfDay * calls);
  const drawn = drawDay(random, { company, startMs: midnight, count, share, callBacks: 0.35, onCall: noteCall });
  for (const [i, call] of drawn.entries()) finishCall(call, { account, place: i + 1, random });
  return drawn;
}

/** What was not drawn with a call: its CallSid, its recording, and a number that is withheld now and then. */
export function finishCall(
  { facts }: DrawnCall,
  { account, place, random }: { account: DemoAccount; place: number; random: Random },
): void {
  const seconds = Math.floor(Date.parse(facts.sentStartedAt ?? facts.receivedAt) / 1000);
  const isOutbound = facts.direction === 'OUTBOUND';
  facts.callSid = isOutbound ? `${seconds}${String(place).padStart(6, '0')}` : `${seconds}.${place}`;
  if (facts.legBPickedAt !== null && !random.chance(0.05)) {
    facts.recordingUrl = `https://recordings.example/${account.name}/${facts.callSid}.mp3`;
  }
  if (facts.direction === 'INBOUND' && random.chance(0.02)) facts.sourceNumber = 'anonymous';
}

/** How many calls a day has, and how busy the company is with them, where 1 is a usual day. */
function busyness(day: number, random: Random): { calls: number; share: number } {
  const date = new Date(day * dayMs);
  const weekday = (date.getUTCDay() + 6) % 7;
  const week = Math.floor((day + 3) / 7) % weeksBetween;
  const usual = weightOfDate(date) * chanceOfDay(random);
  if (week === badDay.week && weekday === badDay.weekday) return { calls: badDay.calls, share: badDay.share };
  const calls = week === holiday.week && weekday === holiday.weekday ? shareOfHoliday : usual;
  return { calls, share: calls };
}
