import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { mergeFacts } from '../../src/calls/facts/merge-facts.ts';
import { aLiveEvent, anAnswer, anImport, aReport, at } from './facts.ts';

const merged = (events: readonly CallFacts[]) => events.reduce<CallFacts | null>(mergeFacts, null) as CallFacts;

/** Every order of so few. */
function ordersOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) => ordersOf(items.filter((_, at) => at !== i)).map((rest) => [item, ...rest]));
}

const ann = { dialedNumber: '+911', agentName: 'Ann' };
const bob = { dialedNumber: '+912', agentName: 'Bob' };
const answer = anAnswer({
  ...ann,
  sentTalkSeconds: 30,
  legBPickedAt: at(10),
  sentEndedAt: at(40),
  sentDurationSeconds: 40,
});
const rangOut = aReport({
  ...bob,
  sentStatus: 'NO ANSWER',
  sentTalkSeconds: 0,
  sentEndedAt: at(60),
  sentDurationSeconds: 60,
});

describe('an answered leg', () => {
  it('stands against another agent who did not answer, in any order', () => {
    for (const order of ordersOf([
      answer,
      rangOut,
      aLiveEvent({ ...bob, sentStatus: 'Picked', receivedAt: at(2000) }),
    ])) {
      expect(merged(order)).toEqual(answer);
    }
  });

  it('is completed by what it lacks, but never with another leg', () => {
    const bare = anAnswer({ dialedNumber: '+911', sentTalkSeconds: 30 });
    const other = aReport({
      ...bob,
      agentEmail: 'bob@x.in',
      sentStatus: 'NO ANSWER',
      sentCallStatus: 'NO ANSWER (0-Agent)',
      legBStartedAt: at(5),
      sentEndedAt: at(60),
      coins: '2',
    });
    for (const order of ordersOf([bare, other])) {
      expect(merged(order)).toMatchObject({
        dialedNumber: '+911',
        agentName: null,
        agentEmail: null,
        sentStatus: 'ANSWER',
        sentCallStatus: null,
        legBStartedAt: null,
        sentTalkSeconds: 30,
        sentEndedAt: at(60),
        coins: '2',
      });
    }
  });

  it('yields to the one that was picked up later, or else ended later', () => {
    const later = anAnswer({ ...bob, sentTalkSeconds: 5, legBPickedAt: at(50), sentEndedAt: at(55) });
    for (const order of ordersOf([answer, later, { ...rangOut, dialedNumber: '+913' }])) {
      expect(merged(order)).toMatchObject({ ...bob, sentTalkSeconds: 5, sentEndedAt: at(55), sentStatus: 'ANSWER' });
    }
    const longer = anAnswer({ ...bob, sentTalkSeconds: 7, sentEndedAt: at(55) });
    for (const order of ordersOf([anAnswer({ ...ann, sentTalkSeconds: 30, sentEndedAt: at(40) }), longer])) {
      expect(merged(order)).toMatchObject({ ...bob, sentTalkSeconds: 7 });
    }
  });

  it('is corrected by a later report of the same agent', () => {
    const correction = aReport({ ...ann, sentStatus: 'NO ANSWER', sentTalkSeconds: 0, sentEndedAt: at(41) });
    expect(merged([answer, correction])).toMatchObject({
      sentStatus: 'NO ANSWER',
      sentTalkSeconds: 0,
      sentEndedAt: at(41),
    });
    const corrected = anAnswer({ ...ann, sentTalkSeconds: 29, legBPickedAt: at(9) });
    expect(merged([answer, corrected])).toMatchObject({ sentTalkSeconds: 29, legBPickedAt: at(9) });
    const completed = aReport({ ...ann, sentTalkSeconds: 31 });
    expect(merged([answer, completed, rangOut])).toMatchObject({ ...ann, sentTalkSeconds: 31, sentStatus: 'ANSWER' });
  });

  it('of a file yields to what a webhook report says, also of nobody who answered', () => {
    const fileAnswer = anImport({ ...ann, sentStatus: 'ANSWER', sentTalkSeconds: 30, coins: '1' });
    const imported = { ...fileAnswer, answered: fileAnswer.outranked };
    for (const order of ordersOf([imported, rangOut])) {
      expect(merged(order)).toMatchObject({ ...bob, sentStatus: 'NO ANSWER', sentTalkSeconds: 0, coins: '1' });
    }
    const fileRangOut = anImport({ ...bob, sentStatus: 'NO ANSWER', sentTalkSeconds: 0 });
    for (const order of ordersOf([imported, fileRangOut])) {
      expect(merged(order)).toMatchObject({ ...ann, sentStatus: 'ANSWER', sentTalkSeconds: 30 });
    }
  });
});

const text = fc.option(fc.constantFrom('a', 'b'), { nil: null });
const instant = fc.option(fc.integer({ min: 0, max: 99 }).map(at), { nil: null });
const seconds = fc.option(fc.nat({ max: 99 }), { nil: null });
const told = {
  agentName: text,
  agentEmail: text,
  sentCallStatus: text,
  sentHangupCause: text,
  legAPickedAt: instant,
  legBStartedAt: instant,
  sentEndedAt: instant,
  sentDurationSeconds: seconds,
  coins: text,
  recordingUrl: text,
  errorCode: text,
  campaignCode: text,
  callGroupName: text,
};

describe('for any reports of one call, each of another agent', () => {
  const scenario = fc.record({
    answered: fc.record({ ...told, legBPickedAt: instant, sentTalkSeconds: seconds }),
    others: fc.array(fc.record(told), { minLength: 1, maxLength: 3 }),
    isImported: fc.boolean(),
  });

  it('wherever the answered one comes among those that were not, the call is the same', () => {
    fc.assert(
      fc.property(scenario, ({ answered, others, isImported }) => {
        const make = (facts: CallFacts, isAnswered: boolean) => {
          const report = isImported ? anImport(facts) : facts;
          return { ...report, answered: isAnswered ? anAnswer(facts).answered : 0 };
        };
        const one = make(anAnswer({ ...answered, dialedNumber: '+910' }), true);
        const missed = others.map((facts, i) =>
          make(aReport({ ...facts, dialedNumber: `+91${i + 1}`, sentStatus: 'NO ANSWER' }), false),
        );
        const results = Array.from({ length: missed.length + 1 }, (_, at) => merged(missed.toSpliced(at, 0, one)));
        for (const result of results) {
          expect(result).toEqual(results[0]);
          for (const [name, value] of Object.entries(one)) {
            if (value !== null && name !== 'outranked' && name !== 'answered')
              expect([name, result[name as keyof CallFacts]]).toEqual([name, value]);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('two answered ones and any other come to the same in every order', () => {
    const legs = fc.record({ ...told, legBPickedAt: instant, sentTalkSeconds: seconds });
    const three = fc.tuple(legs, legs, fc.record(told));
    fc.assert(
      fc.property(three, ([first, second, other]) => {
        fc.pre(first.legBPickedAt !== second.legBPickedAt || first.sentEndedAt !== second.sentEndedAt);
        const events = [
          anAnswer({ ...first, dialedNumber: '+910' }),
          anAnswer({ ...second, dialedNumber: '+911' }),
          aReport({ ...other, dialedNumber: '+912', sentStatus: 'NO ANSWER' }),
        ];
        const results = ordersOf(events).map(merged);
        for (const result of results) expect(result).toEqual(results[0]);
      }),
      { numRuns: 2000 },
    );
  });
});
