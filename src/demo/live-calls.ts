import { setTimeout as sleep } from 'node:timers/promises';
import { dayMs, loadAt, zoneMs } from '../generator/calendar-of-load.ts';
import { drawCall } from '../generator/draw-call.ts';
import { type Random, randomFrom, weightedChoice } from '../generator/random.ts';
import { type DemoDelivery, deliveriesOf, unreadableReport } from './deliveries.ts';
import type { DemoAccount } from './demo-company.ts';
import { finishCall, midnightBefore } from './draw-demo-day.ts';
import { onDuty } from './duty.ts';

/** Calls that began so long ago may still go on when the first one is sent. */
const warmUpMs = 240_000;
/** Of calls that were sent as they went on, apart from those of the history. */
const firstPlace = 500_001;
/** With one of so many calls comes a delivery that nobody can read. */
const oddEvery = 50;
/** It is never as quiet as at night. */
const quietest = 0.4;

export type LiveInput = {
  accounts: readonly DemoAccount[];
  /** How many calls begin in a minute. */
  rate: number;
  seed: number;
  /** So long, once what goes on already is told; null: until the signal. */
  forMs: number | null;
  signal: AbortSignal;
  /** Sends a delivery to the account at this place. */
  send: (place: number, delivery: DemoDelivery) => Promise<void>;
};

export type LiveCounts = { calls: number; reported: number };

type Due = DemoDelivery & { place: number };

/** Has calls begin, ring, talk and end as time goes by. What is not over in the end stays so. */
export async function runLiveCalls({ accounts, rate, seed, forMs, signal, send }: LiveInput): Promise<LiveCounts> {
  const counts = { calls: 0, reported: 0 };
  if (rate === 0) return counts;
  const begun = Date.now();
  const random = randomFrom(seed, (begun / dayMs) % 1);
  const draw = callDrawer(accounts, random, begun);
  const pause = () => random.exponential(60_000 / rate);
  const due: Due[] = [];
  let drawn = 0;
  let end: number | null = null;
  for (let next = begun - warmUpMs + pause(); !signal.aborted && Date.now() < (end ?? Number.POSITIVE_INFINITY); ) {
    for (; next <= Date.now(); next += pause()) {
      const call = draw(next);
      // What was over before the first is none of these.
      if ((call.at(-1)?.at ?? 0) <= begun) continue;
      if (drawn % oddEvery === 0) due.push(unreadable(next));
      due.push(...call);
      drawn += 1;
    }
    due.sort((a, b) => a.at - b.at);
    const isDue = due.findIndex(({ at }) => at > Date.now());
    await sendAll(due.splice(0, isDue < 0 ? due.length : isDue), signal, async ({ place, ...delivery }) => {
      await send(place, delivery);
      if (delivery.isFirst) counts.calls += 1;
      if (delivery.endsCall) counts.reported += 1;
    });
    end ??= forMs === null ? Number.POSITIVE_INFINITY : Date.now() + forMs;
    const wake = Math.min(next, due[0]?.at ?? next, end);
    await sleep(Math.max(wake - Date.now(), 10), undefined, { signal }).catch(() => {});
  }
  return counts;
}

/** Sends what is due: of one call one after another, of several at once. */
async function sendAll(due: readonly Due[], signal: AbortSignal, send: (one: Due) => Promise<void>): Promise<void> {
  const calls = new Map<unknown, Due[]>();
  for (const one of due) calls.set(one.payload.CallSid, [...(calls.get(one.payload.CallSid) ?? []), one]);
  await Promise.all(
    Array.from(calls.values(), async (ofCall) => {
      for (const one of ofCall) if (!signal.aborted) await send(one);
    }),
  );
}

function unreadable(at: number): Due {
  return { at, place: 0, kind: 'call-report', isFirst: false, endsCall: false, payload: unreadableReport(at) };
}

function callDrawer(accounts: readonly DemoAccount[], random: Random, begun: number): (startMs: number) => Due[] {
  const chooseAccount = weightedChoice(accounts.map(({ callsOfDay }) => callsOfDay));
  const duties = accounts.map(({ company }) => onDuty(company));
  // No two runs have the same.
  let placeOfCall = firstPlace + (Math.floor(begun / 1000) % 100_000);
  return (startMs) => {
    const place = chooseAccount(random);
    const [account, duty] = [accounts[place], duties[place]];
    if (!account || !duty) throw new Error('there is no such account');
    const second = Math.floor((startMs - midnightBefore(startMs)) / 1000);
    const load = Math.max(loadAt(second, 1), quietest);
    const wholeSecond = Math.floor((startMs + zoneMs) / 1000) * 1000 - zoneMs;
    const call = drawCall(random, { company: duty.company, startMs: wholeSecond, load, redial: null });
    duty.noteCall(call);
    finishCall(call, { account, place: placeOfCall++, random });
    return deliveriesOf(call.facts, call.receivedAt).map((delivery) => ({ ...delivery, place }));
  };
}
