import type { Account } from '../../src/accounts/account.table.ts';
import type { Call } from '../../src/calls/call.table.ts';
import type { StatusReading } from '../../src/calls/facts/call-facts.ts';
import { deriveCall } from '../../src/calls/facts/derive-call.ts';
import { usualAnswered } from '../../src/calls/facts/precedence.ts';
import { rowOfCall } from '../../src/calls/write/write-calls.ts';
import { callsByDay, dayMs, days, zoneMs } from '../../src/generator/calendar-of-load.ts';
import type { DrawnCall } from '../../src/generator/draw-call.ts';
import { drawDay } from '../../src/generator/draw-day.ts';
import { randomFrom } from '../../src/generator/random.ts';
import { readStatus } from '../../src/providers/callerdesk/read-status.ts';
import { instantOf } from '../../src/time/instant.ts';
import { benchCompany } from './bench-company.ts';

const batchSize = 500;
const ageLimitMs = 4 * 3_600_000;

export type Year = {
  account: Pick<Account, 'id' | 'outgoingAgentLeg'>;
  calls: number;
  customers: number;
  seed: number;
  /** The local midnight at which the year ends, as milliseconds of a clock without zone. */
  until: number;
};

/** A day of a year: nothing else need be known to draw its calls. */
export type Day = { day: number; count: number; firstId: number };

export function daysOfYear({ calls, seed, until }: Year): Day[] {
  let firstId = 1;
  return callsByDay(calls, until, randomFrom(seed)).map((count, day) => {
    const own = { day, count, firstId };
    firstId += count;
    return own;
  });
}

/** The calls of a day as rows, in batches, in the order in which they were told: ids rise with that. */
export function* callsOfDay({ account, calls, customers, seed, until }: Year, day: Day): Generator<Call[]> {
  const random = randomFrom(seed, (day.day + 1) / (days + 1));
  const derive = derivedAs(account);
  const dayStart = until - (days - day.day) * dayMs - zoneMs;
  const company = benchCompany(customers);
  const share = day.count / (calls / days);
  const drawn = drawDay(random, { company, startMs: dayStart, count: day.count, share, callBacks: 0 });
  for (let begin = 0; begin < drawn.length; begin += batchSize) {
    yield drawn.slice(begin, begin + batchSize).map((call, i) => derive(call, day.firstId + begin + i));
  }
}

function derivedAs(account: Year['account']) {
  const readings = new Map<string, StatusReading>();
  return ({ facts, took, isSilent, receivedAt }: DrawnCall, id: number): Call => {
    const words = `${facts.kind} ${facts.direction} ${facts.sentStatus} ${facts.sentHangupCause}`;
    let reading = readings.get(words);
    if (!reading) {
      reading = readStatus(facts);
      readings.set(words, reading);
    }
    facts.callSid = `${Math.floor(receivedAt / 1000)}.${id}`;
    if (facts.legBPickedAt !== null) facts.recordingUrl = `https://callrecords.callerdesk.io/incoming/${id}.mp3`;
    const derived = deriveCall(facts, reading, account);
    facts.answered = usualAnswered(facts, derived.outcome === 'ANSWERED');
    const { tookPart } = derived;
    if (isSilent) {
      derived.status = 'UNREPORTED';
      derived.answeredAt = null;
      derived.waitSeconds = null;
    }
    return rowOfCall({
      id,
      account,
      facts,
      derived,
      ids: {
        customerId: tookPart.customer === null ? null : took.customer + 1,
        agentId: tookPart.agent === null || took.agent === null ? null : took.agent + 1,
        virtualNumberId: took.number + 1,
        callGroupId: took.group === null ? null : took.group + 1,
        campaignId: took.campaign === null ? null : took.campaign + 1,
      },
      liveEventAt: isSilent ? facts.receivedAt : null,
      createdAt: facts.receivedAt,
      updatedAt: isSilent ? instantOf(receivedAt + ageLimitMs) : facts.receivedAt,
    });
  };
}
