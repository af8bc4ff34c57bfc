import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { mergeFacts } from '../../src/calls/facts/merge-facts.ts';
import { isListed, listedMark, rankedFacts } from '../../src/calls/facts/precedence.ts';
import { aLiveEvent, anImport, aReport, at } from './facts.ts';

type Given = Partial<CallFacts>;
type Event = { from: 'REPORT' | 'IMPORT' | 'LIVE'; given: Given };

const facts = { REPORT: aReport, IMPORT: anImport, LIVE: aLiveEvent };
const merged = (events: readonly Event[]) =>
  events.map(({ from, given }) => facts[from](given)).reduce<CallFacts | null>(mergeFacts, null);

const report = (given: Given): Event => ({ from: 'REPORT', given });
const imported = (given: Given): Event => ({ from: 'IMPORT', given });
const live = (given: Given): Event => ({ from: 'LIVE', given });

type Rule = [rule: string, events: Event[], merged: Given];
const rules: Rule[] = [
  [
    'an import fills what the report left blank',
    [report({ coins: '1' }), imported({ errorCode: '5' })],
    { coins: '1', errorCode: '5' },
  ],
  ['an import does not change what a report gave', [report({ coins: '1' }), imported({ coins: '2' })], { coins: '1' }],
  [
    'a report takes back what an import gave before',
    [imported({ coins: '2' }), report({ coins: '1' })],
    { coins: '1' },
  ],
  [
    'what an import gave stays where the report is blank, and a later import may change that alone',
    [imported({ coins: '2', errorCode: '5' }), report({ coins: '1' }), imported({ coins: '3', errorCode: '6' })],
    { coins: '1', errorCode: '6' },
  ],
  ['of several imports the last one wins', [imported({ coins: '1' }), imported({ coins: '2' })], { coins: '2' }],
  [
    'an import replaces what only live events said, and ends the call',
    [live({ sourceNumber: '+911', coins: '9' }), imported({ sourceNumber: '+912' })],
    { kind: 'REPORT', sourceNumber: '+912', coins: null },
  ],
  [
    'a live event does not reopen an imported call',
    [imported({ sentStatus: 'BUSY' }), live({ sentStatus: 'Picked' })],
    { kind: 'REPORT', sentStatus: 'BUSY' },
  ],
  [
    'a campaign of a live event yields to an import, whenever it came',
    [report({}), live({ campaignCode: '7' }), imported({ campaignCode: '8' })],
    { campaignCode: '8' },
  ],
  [
    'and to a report that comes last',
    [live({ campaignCode: '7' }), imported({ campaignCode: '8' }), report({ campaignCode: '9' })],
    { campaignCode: '9' },
  ],
  [
    'the later of two live events tells, also after the report',
    [live({ keyPress: '1' }), report({}), live({ keyPress: '2' })],
    { keyPress: '2' },
  ],
  [
    'the direction is of one piece',
    [
      imported({ direction: 'INBOUND', providerDirection: 'IVR' }),
      report({ direction: 'OUTBOUND', providerDirection: 'WEBOBD' }),
      imported({ direction: 'INBOUND', providerDirection: 'IVR' }),
    ],
    { direction: 'OUTBOUND', providerDirection: 'WEBOBD' },
  ],
];

describe('what an import is worth', () => {
  it.each(rules)('%s', (_rule, events, expected) => {
    expect(merged(events)).toMatchObject(expected);
  });

  const value = fc.option(fc.integer({ min: 0, max: 99 }), { nil: null });
  const event = fc
    .tuple(
      fc.constantFrom<Event['from']>('REPORT', 'IMPORT', 'LIVE'),
      fc.record(Object.fromEntries(rankedFacts.map((name) => [name, value]))),
    )
    .map(([from, given]): Event => ({ from, given: { ...given, sentStartedAt: at(0) } as Given }));

  it('is the same for any deliveries in any order: the last report value, else the last imported, else of the live events what they alone tell', () => {
    const byLive = new Set<string>(['campaignCode', 'callGroupName', 'keyPress']);
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 7 }), (events) => {
        fc.pre(events.some(({ from }) => from !== 'LIVE'));
        const told = merged(events);
        for (const name of rankedFacts) {
          const last = (from: Event['from']) =>
            events.findLast((one) => one.from === from && one.given[name] != null)?.given[name];
          const ofLive = byLive.has(name) ? last('LIVE') : undefined;
          expect([name, told?.[name]]).toEqual([name, last('REPORT') ?? last('IMPORT') ?? ofLive ?? null]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is only of the list for as long as nothing else tells of the call', () => {
    const row = { ...anImport({ coins: '1' }) };
    row.outranked |= listedMark;
    const others = [row, aReport({ coins: '2' }), aLiveEvent({ keyPress: '1' }), anImport({ coins: '3' })];
    for (const [i, other] of others.entries()) {
      for (const pair of [
        [row, other],
        [other, row],
      ]) {
        const told = pair.reduce<CallFacts | null>(mergeFacts, null) as CallFacts;
        expect([i, isListed(told)]).toEqual([i, i === 0]);
      }
    }
  });
});
