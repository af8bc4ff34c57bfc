import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CallDirection,
  type CallDisposition,
  type CallOutcome,
  type CallParty,
  dispositions,
  outcomes,
} from '../../src/calls/facts/call-enums.ts';
import type { CallFacts, StatusReading } from '../../src/calls/facts/call-facts.ts';
import { type DerivedCall, deriveCall } from '../../src/calls/facts/derive-call.ts';
import { aLiveEvent, aReading, aReport, at } from './facts.ts';

const legA = { outgoingAgentLeg: 'LEG_A' } as const;
const legB = { outgoingAgentLeg: 'LEG_B' } as const;

/** An incoming call: 2 s to pick up, 13 s of menu, 9 s of ringing, 66 s of talk. */
const incoming: Partial<CallFacts> = {
  direction: 'INBOUND',
  sourceNumber: '+911',
  destinationNumber: '+912',
  dialedNumber: '+913',
  legAPickedAt: at(2),
  legBStartedAt: at(15),
  legBPickedAt: at(24),
  sentEndedAt: at(90),
};
const unpicked: Partial<CallFacts> = { ...incoming, legBPickedAt: null };

function derive(facts: Partial<CallFacts>, disposition: CallDisposition | null, reading: Partial<StatusReading> = {}) {
  return deriveCall(aReport(facts), aReading({ disposition, ...reading }), legA);
}

describe('who took part', () => {
  const numbers = { sourceNumber: '+911', destinationNumber: '+912', dialedNumber: '+913', agentName: 'Ann' };
  const rest = { virtualNumber: '+912', callGroupName: 'Sales', campaignCode: '7' };
  const roles = (direction: CallDirection, settings: typeof legA | typeof legB, more: Partial<CallFacts> = {}) =>
    deriveCall(
      aReport({ ...numbers, callGroupName: 'Sales', campaignCode: '7', direction, ...more }),
      aReading(),
      settings,
    );

  it('of an incoming call the source is the customer and the dialled number the agent', () => {
    for (const settings of [legA, legB]) {
      expect(roles('INBOUND', settings)).toMatchObject({
        customerNumber: '+911',
        agentNumber: '+913',
        agentName: 'Ann',
        tookPart: { customer: '+911', agent: { number: '+913' }, ...rest },
      });
    }
  });

  it('of an outgoing call the account says which leg is the agent', () => {
    expect(roles('OUTBOUND', legA)).toMatchObject({
      customerNumber: '+913',
      agentNumber: '+911',
      tookPart: { customer: '+913', agent: { number: '+911' }, ...rest },
    });
    expect(roles('OUTBOUND', legB)).toMatchObject({
      customerNumber: '+911',
      agentNumber: '+913',
      tookPart: { customer: '+911', agent: { number: '+913' }, ...rest },
    });
  });

  it('with an unknown direction nobody is customer or agent, but name, number, group and campaign stand', () => {
    expect(roles('UNKNOWN', legA, { agentEmail: 'ann@x.in' })).toMatchObject({
      customerNumber: null,
      agentNumber: null,
      agentName: 'Ann',
      tookPart: { customer: null, agent: null, ...rest },
    });
  });

  it('an agent without a number is known by e-mail, without either not at all', () => {
    expect(roles('INBOUND', legA, { agentEmail: 'ann@x.in' }).tookPart.agent).toEqual({ number: '+913' });
    expect(roles('INBOUND', legA, { dialedNumber: null, agentEmail: 'ann@x.in' })).toMatchObject({
      agentNumber: null,
      tookPart: { agent: { email: 'ann@x.in' } },
    });
    expect(roles('INBOUND', legA, { dialedNumber: null })).toMatchObject({
      agentName: 'Ann',
      tookPart: { agent: null },
    });
  });

  it('a masked number is shown but is no customer', () => {
    expect(roles('INBOUND', legA, { sourceNumber: '99xxxxx' })).toMatchObject({
      customerNumber: '99xxxxx',
      tookPart: { customer: null },
    });
  });
});

describe('how it ended', () => {
  it.each([
    ['leg B was picked', { legBPickedAt: at(24) }, 'ANSWERED'],
    ['there was talk', { sentTalkSeconds: 1 }, 'ANSWERED'],
    ['only a duration is known: a missed call rings too', { sentDurationSeconds: 60, sentTalkSeconds: 0 }, 'UNKNOWN'],
  ] as [string, Partial<CallFacts>, CallDisposition][])('words that do not tell: %s', (_what, facts, disposition) => {
    expect(derive(facts, null)).toMatchObject({ status: 'COMPLETED', disposition, outcome: disposition });
  });

  it('words that tell are not overruled, but a conversation makes the outcome', () => {
    expect(derive({ legBPickedAt: at(24) }, 'BUSY')).toMatchObject({ disposition: 'BUSY', outcome: 'ANSWERED' });
  });

  type Row = [CallDirection, CallDisposition, Partial<CallFacts>, CallParty | null, CallOutcome];
  const menu = { legAPickedAt: at(2) };
  const ringing = { legAPickedAt: at(2), legBStartedAt: at(15) };
  const rows: Row[] = [
    ['INBOUND', 'ANSWERED', {}, null, 'ANSWERED'],
    ['OUTBOUND', 'ANSWERED', {}, null, 'ANSWERED'],
    ['UNKNOWN', 'ANSWERED', {}, null, 'ANSWERED'],
    ['INBOUND', 'CANCELED', { sentTalkSeconds: 5 }, 'CUSTOMER', 'ANSWERED'],
    ['INBOUND', 'VOICEMAIL', { sentTalkSeconds: 5, legBPickedAt: at(24) }, null, 'MISSED'],
    ['OUTBOUND', 'VOICEMAIL', { sentTalkSeconds: 5 }, null, 'MISSED'],
    ['INBOUND', 'UNKNOWN', {}, null, 'UNKNOWN'],
    ['OUTBOUND', 'UNKNOWN', {}, null, 'UNKNOWN'],
    ['INBOUND', 'ABANDONED', {}, 'CUSTOMER', 'ABANDONED'],
    ['UNKNOWN', 'ABANDONED', {}, 'CUSTOMER', 'ABANDONED'],
    ['INBOUND', 'NOT_CONNECTED', {}, null, 'IVR_ENDED'],
    ['INBOUND', 'CANCELED', ringing, 'AGENT', 'MISSED'],
    ['INBOUND', 'CANCELED', menu, 'AGENT', 'MISSED'],
    ['INBOUND', 'CANCELED', ringing, 'CUSTOMER', 'ABANDONED'],
    ['INBOUND', 'CANCELED', ringing, null, 'ABANDONED'],
    ['INBOUND', 'CANCELED', {}, null, 'ABANDONED'],
    ['INBOUND', 'CANCELED', menu, 'CUSTOMER', 'IVR_ENDED'],
    ['INBOUND', 'CANCELED', menu, null, 'IVR_ENDED'],
    ['UNKNOWN', 'CANCELED', menu, null, 'IVR_ENDED'],
    ...(['NO_ANSWER', 'BUSY', 'AGENT_ENGAGED', 'UNREACHABLE', 'VOICEMAIL', 'FAILED'] as const).flatMap(
      (missed): Row[] => [
        ['INBOUND', missed, ringing, 'CUSTOMER', 'MISSED'],
        ['UNKNOWN', missed, {}, null, 'MISSED'],
      ],
    ),
    ...dispositions
      .filter((one) => one !== 'ANSWERED' && one !== 'UNKNOWN')
      .map((missed): Row => ['OUTBOUND', missed, menu, 'CUSTOMER', 'MISSED']),
  ];
  it.each(rows)('%s %s %j, ended by %s: %s', (direction, disposition, facts, endedBy, outcome) => {
    const call = derive({ direction, ...facts }, disposition, { endedBy, hangupCause: 16 });
    expect(call).toMatchObject({ disposition, outcome, endedBy, hangupCause: 16 });
  });
});

describe('a live call', () => {
  const live = (
    facts: Partial<CallFacts>,
    inProgress: boolean,
    ...known: [start?: string | null, status?: 'RINGING' | 'IN_PROGRESS' | 'UNREPORTED']
  ) =>
    deriveCall(
      aLiveEvent({ ...unpicked, ...facts }),
      aReading({ inProgress, disposition: 'BUSY', endedBy: 'AGENT', hangupCause: 17 }),
      legA,
      ...known,
    );

  it('is never ended by what a live event says', () => {
    expect(live({ sentDurationSeconds: 9, sentTalkSeconds: 9 }, false)).toMatchObject({
      status: 'RINGING',
      disposition: null,
      outcome: null,
      endedBy: null,
      hangupCause: null,
      endedAt: null,
      durationSeconds: null,
      talkSeconds: null,
    });
  });

  it('moves forward only', () => {
    expect(live({}, true).status).toBe('IN_PROGRESS');
    expect(live({}, true, null, 'RINGING').status).toBe('IN_PROGRESS');
    expect(live({}, false, null, 'IN_PROGRESS').status).toBe('IN_PROGRESS');
  });

  it('becomes live again after it was given up', () => {
    expect(live({}, false, null, 'UNREPORTED').status).toBe('RINGING');
    expect(live({}, true, null, 'UNREPORTED').status).toBe('IN_PROGRESS');
  });

  it('has the spans that are over, and none that still last', () => {
    expect(live({ legBStartedAt: null }, false)).toMatchObject({
      ivrSeconds: null,
      ringSeconds: null,
      waitSeconds: null,
    });
    expect(live({}, false)).toMatchObject({ ivrSeconds: 13, ringSeconds: null, waitSeconds: null, answeredAt: null });
    expect(live({ legBPickedAt: at(24) }, true)).toMatchObject({
      ivrSeconds: 13,
      ringSeconds: 9,
      waitSeconds: 22,
      answeredAt: at(24),
    });
  });

  it('begins with its StartTime, its id, its first leg, what was known, or when it was received', () => {
    const legs = { legBStartedAt: at(15), legAPickedAt: at(16) };
    expect(live({ ...legs, sentStartedAt: at(5), sidStartedAt: at(4) }, false, at(1)).startedAt).toBe(at(5));
    expect(live({ ...legs, sidStartedAt: at(4) }, false, at(1)).startedAt).toBe(at(4));
    expect(live(legs, false, at(1)).startedAt).toBe(at(15));
    expect(live({ legAPickedAt: null, legBStartedAt: null }, false, at(1)).startedAt).toBe(at(1));
    expect(live({ legAPickedAt: null, legBStartedAt: null }, false).startedAt).toBe(at(1000));
  });
});

describe('times and spans of a finished call', () => {
  type Times = Partial<
    Pick<
      DerivedCall,
      'answeredAt' | 'endedAt' | 'durationSeconds' | 'talkSeconds' | 'ivrSeconds' | 'ringSeconds' | 'waitSeconds'
    >
  >;
  type Case = [what: string, facts: Partial<CallFacts>, disposition: CallDisposition, expected: Times];
  const cases: Case[] = [
    [
      'answered, all times known',
      incoming,
      'ANSWERED',
      {
        answeredAt: at(24),
        endedAt: at(90),
        durationSeconds: 90,
        talkSeconds: 66,
        ivrSeconds: 13,
        ringSeconds: 9,
        waitSeconds: 22,
      },
    ],
    [
      'the durations sent win over the times, also where they disagree',
      { ...incoming, sentDurationSeconds: 18, sentTalkSeconds: 40 },
      'ANSWERED',
      { answeredAt: at(24), endedAt: at(90), durationSeconds: 18, talkSeconds: 40 },
    ],
    [
      'without EndTime it ends with its duration',
      { ...incoming, sentEndedAt: null, sentDurationSeconds: 80 },
      'ANSWERED',
      { endedAt: at(80), durationSeconds: 80, talkSeconds: 56 },
    ],
    [
      'without EndTime and duration the end is unknown',
      { ...incoming, sentEndedAt: null },
      'ANSWERED',
      { answeredAt: at(24), endedAt: null, durationSeconds: null, talkSeconds: null, ringSeconds: 9, waitSeconds: 22 },
    ],
    [
      'answered without leg B picked: the talk before the end',
      { ...unpicked, sentTalkSeconds: 60 },
      'ANSWERED',
      { answeredAt: at(30), talkSeconds: 60, ivrSeconds: 13, ringSeconds: 15, waitSeconds: 28 },
    ],
    [
      'answered without leg B at all',
      { ...unpicked, legBStartedAt: null, sentTalkSeconds: 60 },
      'ANSWERED',
      { answeredAt: at(30), ivrSeconds: null, ringSeconds: null, waitSeconds: 28 },
    ],
    [
      'answered, leg B not picked, talk of 0: the moment of the answer is unknown',
      { ...unpicked, sentTalkSeconds: 0 },
      'ANSWERED',
      { answeredAt: null, talkSeconds: null, ivrSeconds: 13, ringSeconds: null, waitSeconds: null },
    ],
    [
      'answered, leg B picked, talk of 0',
      { ...incoming, sentTalkSeconds: 0 },
      'ANSWERED',
      { answeredAt: at(24), talkSeconds: 0 },
    ],
    [
      'answered, but neither talk nor leg B picked known',
      unpicked,
      'ANSWERED',
      { answeredAt: null, talkSeconds: null, ringSeconds: null, waitSeconds: null, ivrSeconds: 13 },
    ],
    [
      'not answered: ringing and waiting last to the end',
      unpicked,
      'NO_ANSWER',
      { answeredAt: null, durationSeconds: 90, talkSeconds: 0, ivrSeconds: 13, ringSeconds: 75, waitSeconds: 88 },
    ],
    [
      'ended in the menu',
      { ...unpicked, legBStartedAt: null },
      'NOT_CONNECTED',
      { talkSeconds: 0, ivrSeconds: 88, ringSeconds: null, waitSeconds: 88 },
    ],
    [
      'without any leg the wait begins with the call',
      { ...unpicked, legAPickedAt: null, legBStartedAt: null },
      'ABANDONED',
      { talkSeconds: 0, ivrSeconds: null, ringSeconds: null, waitSeconds: 90 },
    ],
    [
      'not answered and without an end',
      { ...unpicked, sentEndedAt: null },
      'NO_ANSWER',
      { endedAt: null, durationSeconds: null, talkSeconds: 0, ivrSeconds: 13, ringSeconds: null, waitSeconds: null },
    ],
    [
      'a voicemail keeps its TalkDuration and is no answer',
      { ...unpicked, sentTalkSeconds: 20 },
      'VOICEMAIL',
      { answeredAt: null, talkSeconds: 20, ringSeconds: 75, waitSeconds: 88 },
    ],
    [
      'a voicemail without TalkDuration has no conversation',
      incoming,
      'VOICEMAIL',
      { answeredAt: null, talkSeconds: 0 },
    ],
    [
      'an end before the start gives no spans',
      { ...unpicked, sentEndedAt: at(-10) },
      'NO_ANSWER',
      { endedAt: at(-10), durationSeconds: null, ivrSeconds: 13, ringSeconds: null, waitSeconds: null },
    ],
    [
      'leg B before leg A: no menu, and no other reading of it',
      { ...unpicked, legAPickedAt: at(20) },
      'NO_ANSWER',
      { ivrSeconds: null, ringSeconds: 75, waitSeconds: 70 },
    ],
    [
      'a span longer than an integer holds is unknown',
      { ...unpicked, sentEndedAt: '2199-01-01T00:00:00.000Z' },
      'NO_ANSWER',
      { durationSeconds: null, ringSeconds: null, waitSeconds: null },
    ],
    [
      'an outgoing call has neither menu nor wait',
      { ...incoming, direction: 'OUTBOUND' },
      'ANSWERED',
      { ivrSeconds: null, waitSeconds: null, ringSeconds: 9, talkSeconds: 66 },
    ],
    [
      'an unknown direction has neither menu nor wait',
      { ...incoming, direction: 'UNKNOWN' },
      'ANSWERED',
      { ivrSeconds: null, waitSeconds: null, ringSeconds: 9 },
    ],
  ];
  it.each(cases)('%s', (_what, facts, disposition, expected) => {
    expect(derive(facts, disposition)).toMatchObject(expected);
  });
});

describe('for any facts', () => {
  const instant = fc.option(
    fc.oneof(
      fc.integer({ min: -100, max: 100 }).map(at),
      fc.constantFrom('1971-01-01T00:00:00.000Z', '2199-12-31T23:59:59.000Z'),
    ),
  );
  const seconds = fc.option(fc.oneof(fc.nat({ max: 200 }), fc.constant(2 ** 31 - 1)));
  const facts = fc.record({
    kind: fc.constantFrom('LIVE', 'REPORT'),
    direction: fc.constantFrom('INBOUND', 'OUTBOUND', 'UNKNOWN'),
    sourceNumber: fc.constantFrom(null, '+911', '99xxx'),
    dialedNumber: fc.constantFrom(null, '+912', '98xxx'),
    agentEmail: fc.constantFrom(null, 'ann@x.in'),
    sentStartedAt: instant,
    sentEndedAt: instant,
    legAPickedAt: instant,
    legBStartedAt: instant,
    legBPickedAt: instant,
    sidStartedAt: instant,
    sentDurationSeconds: seconds,
    sentTalkSeconds: seconds,
  });
  const reading = fc.record({
    disposition: fc.option(fc.constantFrom(...dispositions.filter((one) => one !== 'UNKNOWN'))),
    inProgress: fc.boolean(),
    endedBy: fc.option(fc.constantFrom('CUSTOMER', 'AGENT', 'SYSTEM')),
  });

  it('what is derived is consistent', () => {
    fc.assert(
      fc.property(facts, reading, fc.constantFrom(legA, legB), (given, words, settings) => {
        const known = aLiveEvent(given as Partial<CallFacts>);
        const call = deriveCall(known, aReading(words as Partial<StatusReading>), settings);
        const spans = [call.durationSeconds, call.talkSeconds, call.ivrSeconds, call.ringSeconds, call.waitSeconds];
        for (const span of spans) {
          if (span === null) continue;
          expect(span).toBeGreaterThanOrEqual(0);
          expect(span).toBeLessThanOrEqual(2 ** 31 - 1);
        }
        for (const time of [call.startedAt, call.answeredAt, call.endedAt]) {
          if (time !== null) expect(time).toMatch(/^\d{4}-.{18}Z$/);
        }
        expect(call.status === 'COMPLETED').toBe(known.kind === 'REPORT');
        expect(call.outcome !== null && outcomes.includes(call.outcome)).toBe(call.status === 'COMPLETED');
        expect(call.disposition !== null).toBe(call.status === 'COMPLETED');
        expect(call.disposition === 'UNKNOWN').toBe(call.outcome === 'UNKNOWN');
        if (call.status === 'COMPLETED' && call.outcome !== 'ANSWERED') {
          expect(call.answeredAt).toBeNull();
          if (call.disposition !== 'VOICEMAIL') expect(call.talkSeconds).toBe(0);
        }
        if (call.outcome === 'ANSWERED' && call.answeredAt === null) expect(call.waitSeconds).toBeNull();
        if (call.direction !== 'INBOUND') expect([call.ivrSeconds, call.waitSeconds]).toEqual([null, null]);
        if (known.legBStartedAt === null) expect(call.ringSeconds).toBeNull();
        if (call.direction === 'UNKNOWN') expect([call.tookPart.customer, call.tookPart.agent]).toEqual([null, null]);
      }),
      { numRuns: 1000 },
    );
  });
});
