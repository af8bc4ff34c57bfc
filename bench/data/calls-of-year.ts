import type { Account } from '../../src/accounts/account.table.ts';
import type { Call } from '../../src/calls/call.table.ts';
import type { StatusReading } from '../../src/calls/call-facts.ts';
import { deriveCall } from '../../src/calls/derive-call.ts';
import { rowOfCall } from '../../src/calls/row-of-call.ts';
import { instantOf } from '../../src/time/instant.ts';
import { readStatus } from '../../src/webhook/callerdesk/read-status.ts';
import { callsByDay, dayMs, days, drawSecond, loadAt, zoneMs } from './calendar-of-load.ts';
import { type DrawnCall, drawCall } from './draw-call.ts';
import { randomFrom } from './random.ts';

const batchSize = 500;
const ageLimitMs = 4 * 3_600_000;

export type YearOptions = {
  account: Pick<Account, 'id' | 'outgoingAgentLeg'>;
  calls: number;
  customers: number;
  seed: number;
  /** The local midnight at which the year ends, as milliseconds of a clock without zone. */
  until: number;
};

/** The calls of a year as rows, in batches, each day's in the order in which they were told: ids rise with that. */
export function* callsOfYear({ account, calls, customers, seed, until }: YearOptions): Generator<Call[]> {
  const random = randomFrom(seed);
  const counts = callsByDay(calls, until, random);
  const derive = derivedAs(account);
  let id = 0;
  let customersKnown = 0;
  const customerIds = new Int32Array(customers);
  for (const [day, count] of counts.entries()) {
    const dayStart = until - (days - day) * dayMs - zoneMs;
    const share = count / (calls / days);
    const seconds = Float64Array.from({ length: count }, () => drawSecond(random)).sort();
    const missed: { customer: number; at: number }[] = [];
    const drawn: DrawnCall[] = [];
    for (const second of seconds) {
      const due = missed.findIndex(({ at }) => at <= second);
      const redial = due >= 0 && random.chance(0.3) ? (missed.splice(due, 1)[0]?.customer ?? null) : null;
      const call = drawCall(random, dayStart + second * 1000, loadAt(second, share), customers, redial);
      drawn.push(call);
      const wantsBack = call.facts.direction === 'INBOUND' && call.facts.legBPickedAt === null && random.chance(0.4);
      if (wantsBack && missed.length < 50) {
        missed.push({ customer: call.took.customer, at: second + 60 + random.exponential(1800) });
      }
    }
    drawn.sort((a, b) => a.receivedAt - b.receivedAt);
    for (let begin = 0; begin < drawn.length; begin += batchSize) {
      yield drawn.slice(begin, begin + batchSize).map((call) => {
        id += 1;
        if (customerIds[call.took.customer] === 0) {
          customersKnown += 1;
          customerIds[call.took.customer] = customersKnown;
        }
        return derive(call, id, customerIds[call.took.customer] as number);
      });
    }
  }
}

function derivedAs(account: YearOptions['account']) {
  const readings = new Map<string, StatusReading>();
  return ({ facts, took, isSilent, receivedAt }: DrawnCall, id: number, customerId: number): Call => {
    const words = `${facts.kind} ${facts.sentStatus} ${facts.sentHangupCause}`;
    let reading = readings.get(words);
    if (!reading) {
      reading = readStatus(facts);
      readings.set(words, reading);
    }
    facts.callSid = `${Math.floor(Date.parse(facts.receivedAt) / 1000)}.${id}`;
    if (facts.legBPickedAt !== null) facts.recordingUrl = `https://callrecords.callerdesk.io/incoming/${id}.mp3`;
    const derived = deriveCall(facts, reading, account);
    const { tookPart } = derived;
    if (isSilent) {
      derived.status = 'UNREPORTED';
      derived.answeredAt = null;
      derived.waitSeconds = null;
    }
    const row = rowOfCall({
      account,
      facts,
      derived,
      ids: {
        customerId: tookPart.customer === null ? null : customerId,
        agentId: tookPart.agent === null || took.agent === null ? null : took.agent + 1,
        virtualNumberId: took.number + 1,
        callGroupId: took.group === null ? null : took.group + 1,
        campaignId: took.campaign === null ? null : took.campaign + 1,
      },
      liveEventAt: isSilent ? facts.receivedAt : null,
      createdAt: facts.receivedAt,
      updatedAt: isSilent ? instantOf(receivedAt + ageLimitMs) : facts.receivedAt,
    });
    return Object.assign(row, { id });
  };
}
