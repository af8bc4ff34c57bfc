import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { addedMarks, marksOf } from '../../src/calls/facts/precedence.ts';
import { mergeIntoKnown } from '../../src/calls/merge/merge-received.ts';
import { readStatus } from '../../src/providers/callerdesk/read-status.ts';
import { aLiveEvent, anAnswer, aReport, at } from './facts.ts';

/** Facts of a report that only adds. */
function anAddition(facts: Partial<CallFacts> = {}): CallFacts {
  const addition: CallFacts = { ...aReport({ sentStartedAt: null, ...facts }), kind: 'ADDITION' };
  return { ...addition, answered: addedMarks(addition) };
}

const imported = (facts: CallFacts): CallFacts => ({ ...facts, outranked: marksOf(facts) });
const merge = (received: readonly CallFacts[]) =>
  mergeIntoKnown([], { received: received.map((facts) => ({ facts })), readStatus });

const answer = anAnswer({
  direction: 'INBOUND',
  providerDirection: 'IVR',
  sourceNumber: '+919812345678',
  dialedNumber: '+911',
  agentName: 'Ann',
  sentStartedAt: null,
  legBPickedAt: at(10),
  sentTalkSeconds: 30,
});
const rangOut = aReport({ dialedNumber: '+912', sentStatus: 'NO ANSWER', sentStartedAt: null, sentTalkSeconds: 0 });
const span = aReport({ sentStartedAt: null, sentEndedAt: at(60), sentDurationSeconds: 60 });
const parts = {
  live: aLiveEvent({ sentStartedAt: at(1), campaignCode: '5', sentStatus: 'Picked' }),
  bareLive: aLiveEvent({ dialedNumber: '+913', agentName: 'Bob', sentStatus: 'Transfer to agent' }),
  answer,
  rangOut,
  span,
  recording: anAddition({ recordingUrl: 'https://r/1.mp3' }),
  coins: anAddition({ coins: '2' }),
  menu: anAddition({ keyPress: '1', campaignCode: '7', callGroupName: 'Sales' }),
  listCoins: imported(anAddition({ coins: '9', errorCode: '4' })),
};
type Name = keyof typeof parts;
const names = Object.keys(parts) as Name[];
const additions: Name[] = ['recording', 'coins', 'menu', 'listCoins'];

/** Each at its own moment, in this order. */
const inOrder = (order: readonly Name[]): CallFacts[] =>
  order.map((name, i) => ({ ...parts[name], receivedAt: at(3000 + i) }));

describe('additions', () => {
  const orders = fc
    .subarray(names, { minLength: 1 })
    .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));

  it('complete a call in whatever order they and all else come, at once or one by one', () => {
    fc.assert(
      fc.property(orders, fc.nat(), ([some, order], cut) => {
        // Of two live events the later one's words and agent stand, so their own order stays.
        const lives: Name[] = some.filter((name) => name === 'live' || name === 'bareLive');
        let next = 0;
        const kept = order.map((name) => (lives.includes(name) ? (lives[next++] as Name) : name));
        const straight = merge(inOrder(some));
        const shuffled = merge(inOrder(kept));
        expect(shuffled.merged.map(({ facts }) => facts)).toEqual(straight.merged.map(({ facts }) => facts));
        expect(new Set(shuffled.results)).toEqual(new Set(straight.results));
        expect(straight.merged).toHaveLength(some.every((name) => additions.includes(name)) ? 0 : 1);

        // What waited from an earlier batch counts as if it had come in this one.
        const all = inOrder(kept);
        const firsts = all.findIndex(({ kind }) => kind !== 'ADDITION');
        const at = firsts < 0 ? cut % (all.length + 1) : Math.min(cut % (all.length + 1), firsts);
        const earlier = merge(all.slice(0, at));
        expect(earlier).toEqual({ merged: [], results: Array(at).fill('WAITING') });
        const waiting = all.slice(0, at).filter((_, i) => earlier.results[i] === 'WAITING');
        const later = merge([...waiting, ...all.slice(at)]);
        expect(later.merged).toEqual(shuffled.merged);
        expect(later.results).toEqual(shuffled.results);
      }),
      { numRuns: 3000 },
    );
  });

  it('give what they give until a report says otherwise, and beat live events', () => {
    const of = (...order: Name[]) => merge(inOrder(order)).merged[0]?.facts;
    const told = { campaignCode: '7', keyPress: '1', coins: '2', recordingUrl: 'https://r/1.mp3', errorCode: '4' };
    expect(of('listCoins', 'menu', 'live', 'coins', 'recording')).toMatchObject({ kind: 'LIVE', ...told });
    expect(of('live', 'menu', 'coins', 'listCoins', 'recording', 'answer')).toMatchObject({
      kind: 'REPORT',
      sentStartedAt: at(1),
      agentName: 'Ann',
      ...told,
    });
  });

  it('that are later correct what the leg gave, but those that name another agent only fill', () => {
    const [first, billed] = [{ ...answer, coins: '1', answered: marksOf({ ...answer, coins: '1' }) }, parts.coins];
    const later = (facts: CallFacts) => ({ ...facts, receivedAt: at(4000) });
    expect(merge([first, later(billed)]).merged[0]?.facts).toMatchObject({ coins: '2', agentName: 'Ann' });
    const others = anAddition({ coins: '3', dialedNumber: '+912', agentName: 'Bob', errorCode: '8' });
    expect(merge([first, later(others)]).merged[0]?.facts).toMatchObject({
      coins: '1',
      agentName: 'Ann',
      dialedNumber: '+911',
      errorCode: '8',
    });
    const same = anAddition({ coins: '3', dialedNumber: '+911', agentName: 'Anna' });
    expect(merge([first, later(same)]).merged[0]?.facts).toMatchObject({ coins: '3', agentName: 'Anna' });
  });

  it('of another call are left out themselves, whichever came first', () => {
    const call = aReport({ sourceNumber: '+911', sentStatus: 'BUSY' });
    const foreign = anAddition({ sourceNumber: '+919', sentStartedAt: at(600), coins: '5' });
    for (const order of [
      [foreign, parts.coins, call],
      [call, foreign, parts.coins],
      [parts.coins, call, foreign],
    ]) {
      const { results, merged } = merge(order);
      expect(results).toEqual(order.map((one) => (one === foreign ? 'CONFLICT' : 'RECORDED')));
      expect(merged).toMatchObject([{ facts: { sourceNumber: '+911', coins: '2' } }]);
    }
  });
});
