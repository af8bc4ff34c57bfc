import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { conflicts, mergeFacts } from '../../src/calls/facts/merge-facts.ts';
import { aLiveEvent, aReport, at } from './facts.ts';

function mergeAll(events: CallFacts[]): CallFacts {
  const merged = events.reduce<CallFacts | null>(mergeFacts, null);
  if (merged === null) throw new Error('nothing to merge');
  return merged;
}

type Given = Partial<CallFacts>;
type Rule = [rule: string, events: CallFacts[], merged: Given];

const rules: Rule[] = [
  ['the first event is what is known', [aLiveEvent({ keyPress: '1' })], { kind: 'LIVE', keyPress: '1' }],

  [
    'a report replaces what only live events said',
    [
      aLiveEvent({
        sourceNumber: '+911',
        dialedNumber: '+912',
        sentStatus: 'Picked',
        sentStartedAt: at(5),
        coins: '9',
      }),
      aReport({ sourceNumber: '+913', sentStatus: 'BUSY' }),
    ],
    { kind: 'REPORT', sourceNumber: '+913', dialedNumber: null, sentStatus: 'BUSY', sentStartedAt: at(0), coins: null },
  ],
  [
    'campaign, group and key press of live events stay where the report is blank',
    [aLiveEvent({ campaignCode: '7', callGroupName: 'Sales', keyPress: '1' }), aReport()],
    { campaignCode: '7', callGroupName: 'Sales', keyPress: '1' },
  ],
  [
    'campaign, group and key press of the report win',
    [
      aLiveEvent({ campaignCode: '7', callGroupName: 'Sales', keyPress: '1' }),
      aReport({ campaignCode: '8', callGroupName: 'Help', keyPress: '2' }),
    ],
    { campaignCode: '8', callGroupName: 'Help', keyPress: '2' },
  ],
  [
    'a report that names nobody leaves nobody',
    [aLiveEvent({ dialedNumber: '+912', agentName: 'Ann', agentEmail: 'ann@x.in' }), aReport({ sourceNumber: '+913' })],
    { dialedNumber: null, agentName: null, agentEmail: null },
  ],
  [
    'a live event does not reopen or change a reported call',
    [
      aReport({
        sentStatus: 'BUSY',
        dialedNumber: '+912',
        agentName: 'Ann',
        direction: 'INBOUND',
        providerDirection: 'IVR',
      }),
      aLiveEvent({ sentStatus: 'Picked', dialedNumber: '+914', agentName: 'Bob', legBPickedAt: at(9), coins: '3' }),
    ],
    { kind: 'REPORT', sentStatus: 'BUSY', dialedNumber: '+912', agentName: 'Ann', legBPickedAt: null, coins: null },
  ],
  [
    'a live event after the report fills its blank campaign, group and key press only',
    [
      aReport({ callGroupName: 'Help' }),
      aLiveEvent({ campaignCode: '7', callGroupName: 'Sales', keyPress: '1', errorCode: '5' }),
    ],
    { campaignCode: '7', callGroupName: 'Help', keyPress: '1', errorCode: null },
  ],

  [
    'of several reports the last value that is not blank wins, field by field',
    [
      aReport({ sourceNumber: '+911', coins: '1', sentTalkSeconds: 0, agentName: 'Ann' }),
      aReport({ coins: '2', sentTalkSeconds: 5, sentEndedAt: at(90) }),
      aReport({ recordingUrl: 'https://x.in/1.wav', sentTalkSeconds: 0 }),
    ],
    {
      sourceNumber: '+911',
      coins: '2',
      sentTalkSeconds: 0,
      agentName: 'Ann',
      sentEndedAt: at(90),
      recordingUrl: 'https://x.in/1.wav',
    },
  ],
  [
    'a later report with its recording completes an earlier one',
    [aReport({ sentStatus: 'ANSWER', agentName: 'Ann' }), aReport({ recordingUrl: 'https://x.in/1.wav' })],
    { sentStatus: 'ANSWER', agentName: 'Ann', recordingUrl: 'https://x.in/1.wav' },
  ],
  [
    'a blank direction is no direction',
    [aReport({ direction: 'INBOUND', providerDirection: 'IVR' }), aReport()],
    { direction: 'INBOUND', providerDirection: 'IVR' },
  ],
  [
    'a direction and its words go together',
    [aReport({ direction: 'INBOUND', providerDirection: 'IVR' }), aReport({ providerDirection: 'CLICK' })],
    { direction: 'UNKNOWN', providerDirection: 'CLICK' },
  ],

  [
    'of several live events the last value that is not blank wins',
    [
      aLiveEvent({ sourceNumber: '+911', keyPress: '1', campaignCode: '7' }),
      aLiveEvent({ keyPress: '2', sentStartedAt: at(0) }),
    ],
    { sourceNumber: '+911', keyPress: '2', campaignCode: '7', sentStartedAt: at(0) },
  ],
  [
    'the next agent of a hunt does not get the name of the one before',
    [
      aLiveEvent({ dialedNumber: '+912', agentName: 'Ann', agentEmail: 'ann@x.in' }),
      aLiveEvent({ dialedNumber: '+914' }),
    ],
    { dialedNumber: '+914', agentName: null, agentEmail: null },
  ],
  [
    'the next agent of a hunt may be another e-mail',
    [aLiveEvent({ agentName: 'Ann', agentEmail: 'ann@x.in' }), aLiveEvent({ agentEmail: 'bob@x.in' })],
    { agentName: null, agentEmail: 'bob@x.in' },
  ],
  [
    'the name of an agent may come later than the number',
    [aLiveEvent({ dialedNumber: '+912', agentName: 'Ann' }), aLiveEvent({ dialedNumber: '+912' })],
    { dialedNumber: '+912', agentName: 'Ann' },
  ],
  [
    'the words of a live event are of one moment',
    [aLiveEvent({ sentStatus: 'Transfer to agent' }), aLiveEvent({ sentCallStatus: 'Picked' }), aLiveEvent()],
    { sentStatus: null, sentCallStatus: 'Picked' },
  ],

  [
    'a call is received when its first event is',
    [aReport({ receivedAt: at(2000) }), aLiveEvent({ receivedAt: at(1000) }), aReport({ receivedAt: at(3000) })],
    { receivedAt: at(1000) },
  ],
  ['what the id tells stays', [aReport({ sidStartedAt: at(0) }), aReport()], { sidStartedAt: at(0) }],
];

describe('merging', () => {
  it.each(rules)('%s', (_rule, events, merged) => {
    expect(mergeAll(events)).toMatchObject(merged);
  });

  it('changes neither side', () => {
    const known = Object.freeze(aReport({ coins: '1' }));
    const incoming = Object.freeze(aReport({ coins: '2' }));
    mergeFacts(known, incoming);
    expect([known.coins, incoming.coins]).toEqual(['1', '2']);
  });
});

const text = fc.option(fc.constantFrom('a', 'b', 'c'));
const instant = fc.option(fc.integer({ min: 0, max: 99 }).map(at));
const number = fc.option(fc.nat({ max: 99 }));
const anyFacts = {
  sourceNumber: text,
  destinationNumber: text,
  dialedNumber: text,
  agentName: text,
  agentEmail: text,
  sentStatus: text,
  sentCallStatus: text,
  sentHangupCause: text,
  sentStartedAt: instant,
  sentEndedAt: instant,
  legAPickedAt: instant,
  legBStartedAt: instant,
  legBPickedAt: instant,
  sentDurationSeconds: number,
  sentTalkSeconds: number,
  coins: text,
  recordingUrl: text,
  errorCode: text,
  receivedAt: fc.integer({ min: 1000, max: 2000 }).map(at),
};
const onlyLiveTells = { campaignCode: text, callGroupName: text, keyPress: text, sentStartedAt: instant };
const directions = fc.constantFrom<Given>(
  { direction: 'INBOUND', providerDirection: 'IVR' },
  { direction: 'OUTBOUND', providerDirection: 'WEBOBD' },
  { direction: 'UNKNOWN', providerDirection: null },
);
const given = (fields: object) =>
  fc.tuple(fc.record(fields), directions).map(([one, two]) => ({ ...one, ...two }) as Given);

describe('for any live events around any report', () => {
  // What live events alone tell is the same in all of one call here: where they disagree their order counts.
  const calls = fc.record({
    shared: fc.record(onlyLiveTells),
    lives: fc.array(given(anyFacts), { maxLength: 5 }),
    report: given({ ...anyFacts, ...onlyLiveTells }),
    extra: fc.array(fc.nat({ max: 4 }), { maxLength: 4 }),
    order: fc.infiniteStream(fc.nat()),
  });

  it('order and repetition of the events do not matter', () => {
    fc.assert(
      fc.property(calls, ({ shared, lives, report, extra, order }) => {
        const live = lives.map((one) => aLiveEvent({ ...one, ...shared }));
        const events = [...live, aReport(report)];
        const repeated = [...events, ...extra.flatMap((index) => events[index] ?? [])];
        const shuffled = repeated
          .map((event) => ({ event, key: order.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        expect(mergeAll(shuffled)).toEqual(mergeAll(events));
      }),
    );
  });

  it('losing live events changes nothing but start, campaign, group, key press and when it was received', () => {
    fc.assert(
      fc.property(calls, ({ shared, lives, report }) => {
        const live = lives.map((one) => aLiveEvent({ ...one, ...shared }));
        const { sentStartedAt, campaignCode, callGroupName, keyPress, receivedAt, outranked, answered, ...all } =
          mergeAll([...live, aReport(report)]);
        expect(aReport(report)).toMatchObject(all);
      }),
    );
  });

  it('merging the same event once more changes nothing', () => {
    fc.assert(
      fc.property(calls, ({ lives, report }) => {
        const merged = mergeAll([...lives.map((one) => aLiveEvent(one)), aReport(report)]);
        expect(mergeFacts(merged, merged)).toEqual(merged);
      }),
    );
  });

  it('a blank never overwrites what an event of the same kind gave', () => {
    fc.assert(
      fc.property(given(anyFacts), given(anyFacts), (first, second) => {
        const merged = mergeFacts(aReport(first), aReport(second));
        for (const [key, value] of Object.entries(aReport(first))) {
          if (value !== null) expect(merged[key as keyof CallFacts]).not.toBeNull();
        }
      }),
    );
  });
});

describe('two calls under one CallSid', () => {
  const known: Given = {
    direction: 'INBOUND',
    sourceNumber: '+911',
    destinationNumber: '+912',
    dialedNumber: '+913',
    sentStartedAt: at(0),
  };
  type Case = [what: string, incoming: Given, isConflict: boolean];
  const cases: Case[] = [
    ['the caller and the start differ', { sourceNumber: '+919', sentStartedAt: at(60) }, true],
    ['the number called and the start differ', { destinationNumber: '+919', sentStartedAt: at(60) }, true],
    ['only the caller differs', { sourceNumber: '+919' }, false],
    ['only the start differs', { sentStartedAt: at(60) }, false],
    ['the caller is blank', { sourceNumber: null, sentStartedAt: at(60) }, false],
    ['the start is blank', { sourceNumber: '+919', sentStartedAt: null }, false],
    ['an incoming call tries another agent', { dialedNumber: '+919', sentStartedAt: at(60) }, false],
    [
      'an outgoing call dials another number',
      { direction: 'OUTBOUND', dialedNumber: '+919', sentStartedAt: at(60) },
      true,
    ],
    ['nothing differs', {}, false],
  ];
  it.each(cases)('%s', (_what, incoming, isConflict) => {
    const direction = incoming.direction ?? known.direction;
    const one = aReport({ ...known, direction });
    const other = aLiveEvent({ ...known, ...incoming });
    expect(conflicts(one, other)).toBe(isConflict);
    expect(conflicts(other, one)).toBe(isConflict);
  });

  it('a start that only follows from other times tells no calls apart', () => {
    const legs = { ...known, sentStartedAt: null, legAPickedAt: at(2) };
    const other = { ...legs, sourceNumber: '+919', legAPickedAt: at(62) };
    expect(conflicts(aReport(legs), aReport(other))).toBe(false);
    const spans = { ...known, sentStartedAt: null, sentEndedAt: at(600), sentDurationSeconds: 10 };
    expect(conflicts(aReport(known), aReport({ ...spans, sourceNumber: '+919' }))).toBe(false);
    expect(conflicts(aReport({ ...legs, sidStartedAt: at(0) }), aReport({ ...other, sidStartedAt: at(9) }))).toBe(
      false,
    );
  });
});
