import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallDisposition, CallParty } from '../../src/calls/facts/call-enums.ts';
import type { CallFacts } from '../../src/calls/facts/call-facts.ts';
import { readStatus } from '../../src/providers/callerdesk/read-status.ts';

type Sent = { status?: string; callStatus?: string; hangupCause?: string };

const read = (
  kind: CallFacts['kind'],
  { status = '', callStatus = '', hangupCause = '' }: Sent,
  direction: CallFacts['direction'] = 'UNKNOWN',
) =>
  readStatus({
    kind,
    direction,
    sentStatus: status || null,
    sentCallStatus: callStatus || null,
    sentHangupCause: hangupCause || null,
  });
const report = (sent: Sent) => read('REPORT', sent);
const live = (sent: Sent) => read('LIVE', sent);

type Row = [words: string, meaning: CallDisposition, endedBy?: CallParty | null, cause?: number | null];

const rows: Row[] = [
  ['ANSWER', 'ANSWERED'],
  ['Answer', 'ANSWERED'],
  ['Answered', 'ANSWERED'],
  ['ANSWER (16)', 'ANSWERED', null, 16],
  ['ANSWER(16-customer)', 'ANSWERED', 'CUSTOMER', 16],
  ['NO ANSWER', 'NO_ANSWER'],
  ['NOANSWER', 'NO_ANSWER'],
  ['No Answer', 'NO_ANSWER'],
  [' No Answer', 'NO_ANSWER'],
  ['NO ANSWER (0-Agent)', 'NO_ANSWER', 'AGENT'],
  ['NOANSWER (0-customer)', 'NO_ANSWER', 'CUSTOMER'],
  ['No Answered', 'NO_ANSWER'],
  ['CANCEL', 'CANCELED'],
  ['CANCEL (0)', 'CANCELED'],
  ['Cancel-Customer', 'CANCELED', 'CUSTOMER'],
  ['cancel-Agent', 'CANCELED', 'AGENT'],
  ['Cancel', 'CANCELED'],
  ['BUSY', 'BUSY'],
  ['Busy (17-agent)', 'BUSY', 'AGENT', 17],
  ['busy', 'BUSY'],
  ['AgentEngaged', 'AGENT_ENGAGED'],
  ['AgentEngaged (0-Agent)', 'AGENT_ENGAGED', 'AGENT'],
  ['Agent engaged', 'AGENT_ENGAGED'],
  ['AgentonRing', 'AGENT_ENGAGED'],
  ['AbandonedCall', 'ABANDONED', 'CUSTOMER'],
  ['abandonment', 'ABANDONED', 'CUSTOMER'],
  ['abandoned', 'ABANDONED', 'CUSTOMER'],
  ['Not connected', 'NOT_CONNECTED'],
  ['Unavailable (19)', 'UNREACHABLE', null, 19],
  ['UN-AVAIL', 'UNREACHABLE'],
  ['CHANUNAVAIL', 'UNREACHABLE'],
  ['Agent-Unregistered', 'UNREACHABLE'],
  ['CONGESTION', 'FAILED', 'SYSTEM'],
  ['Congestion (1-agent)', 'FAILED', 'AGENT', 1],
  ['INVALIDARGS', 'FAILED', 'SYSTEM'],
  ['Voice Mail', 'VOICEMAIL'],
];

describe.each(rows)('%j in a report', (words, disposition, endedBy = null, hangupCause = null) => {
  const meaning = {
    disposition,
    endedBy,
    hangupCause,
    providerStatus: words.trim(),
    unknownWords: [],
    inProgress: false,
  };

  it(`means ${disposition} in either field`, () => {
    expect(report({ status: words })).toEqual(meaning);
    expect(report({ callStatus: words })).toEqual(meaning);
  });

  it('is in progress in a live event only if it means answered, and ends nothing', () => {
    expect(live({ status: words })).toMatchObject({
      inProgress: disposition === 'ANSWERED',
      disposition: null,
      endedBy: null,
      providerStatus: words.trim(),
      unknownWords: [],
    });
  });
});

describe('words of a running call', () => {
  it.each([
    ['Transfer to agent', false],
    ['Leg A Answer', false],
    ['Picked', true],
    ['Leg B Answer', true],
    ['leg-b ANSWER', true],
  ])('%s: in conversation %s', (words, inProgress) => {
    expect(live({ status: words })).toMatchObject({ inProgress, disposition: null, unknownWords: [] });
    expect(live({ callStatus: words })).toMatchObject({ inProgress });
  });

  it('say nothing of the end in a report, but are kept and not counted', () => {
    expect(report({ status: 'Picked' })).toMatchObject({
      disposition: null,
      providerStatus: 'Picked',
      unknownWords: [],
    });
  });

  it('do not decide in a report whose other field knows the end', () => {
    expect(report({ status: 'Picked', callStatus: 'BUSY' })).toMatchObject({
      disposition: 'BUSY',
      providerStatus: 'BUSY',
    });
    expect(report({ status: 'NO ANSWER', callStatus: 'Picked' })).toMatchObject({ disposition: 'NO_ANSWER' });
    expect(report({ status: 'Picked', callStatus: 'NO ANSWER' })).toMatchObject({ disposition: 'NO_ANSWER' });
  });
});

describe('which of the two fields decides', () => {
  type Case = [status: string, callStatus: string, decides: string, meaning: CallDisposition | null];
  const cases: Case[] = [
    ['ANSWER', 'BUSY', 'ANSWER', 'ANSWERED'],
    ['BUSY', 'ANSWER', 'BUSY', 'BUSY'],
    ['ANSWER', 'NO ANSWER', 'ANSWER', 'ANSWERED'],
    ['NO ANSWER', 'ANSWER', 'NO ANSWER', 'NO_ANSWER'],
    ['NO ANSWER', 'No Answer (0-Agent)', 'NO ANSWER', 'NO_ANSWER'],
    ['NO ANSWER', 'AbandonedCall', 'AbandonedCall', 'ABANDONED'],
    ['NO ANSWER', 'CANCEL (0)', 'CANCEL (0)', 'CANCELED'],
    ['NO ANSWER', 'BUSY', 'BUSY', 'BUSY'],
    ['NO ANSWER', 'Not connected', 'Not connected', 'NOT_CONNECTED'],
    ['NO ANSWER', 'moonlight', 'NO ANSWER', 'NO_ANSWER'],
    ['NO ANSWER', '', 'NO ANSWER', 'NO_ANSWER'],
    ['', 'NO ANSWER', 'NO ANSWER', 'NO_ANSWER'],
    ['CANCEL', 'AbandonedCall', 'CANCEL', 'CANCELED'],
    ['moonlight', 'BUSY', 'BUSY', 'BUSY'],
    ['moonlight', 'ANSWER', 'ANSWER', 'ANSWERED'],
    ['moonlight', 'Picked', 'Picked', null],
    ['moonlight', 'sunshine', 'moonlight', null],
    ['   ', 'BUSY', 'BUSY', 'BUSY'],
  ];
  it.each(cases)('Status %j, callstatus %j: %s', (status, callStatus, providerStatus, disposition) => {
    expect(report({ status, callStatus })).toMatchObject({ disposition, providerStatus });
  });

  it('in a live event a word of the running call is finer than no answer', () => {
    expect(live({ status: 'NO ANSWER', callStatus: 'Picked' })).toMatchObject({
      inProgress: true,
      providerStatus: 'Picked',
    });
    expect(live({ status: 'NO ANSWER', callStatus: 'ANSWER' })).toMatchObject({ inProgress: false });
    expect(live({ status: 'moonlight', callStatus: 'ANSWER' })).toMatchObject({ inProgress: true });
  });

  it('nothing decides where nothing was said', () => {
    const nothing = {
      disposition: null,
      providerStatus: null,
      unknownWords: [],
      inProgress: false,
      endedBy: null,
      hangupCause: null,
    };
    expect(report({})).toEqual(nothing);
    expect(live({})).toEqual(nothing);
  });
});

describe('unknown words', () => {
  it.each(['No Answer at all', 'answer!ed by machine', 'X ANSWER', 'ANSWERING', 'Busy-Agent', 'उत्तर', '-'])(
    '%s is not taken for a word it contains',
    (status) => {
      expect(report({ status })).toMatchObject({ disposition: null, providerStatus: status, unknownWords: [status] });
    },
  );

  it('are counted without their bracket, wherever they stand, once each', () => {
    expect(report({ status: 'Moon (3)', callStatus: 'Sun' }).unknownWords).toEqual(['Moon', 'Sun']);
    expect(report({ status: 'Moon (3)', callStatus: 'Moon (4)' }).unknownWords).toEqual(['Moon']);
    expect(report({ status: 'NO ANSWER', callStatus: 'Moon' }).unknownWords).toEqual(['Moon']);
    expect(live({ status: 'Moon' })).toMatchObject({ inProgress: false, unknownWords: ['Moon'] });
  });

  it('named like what every object has are unknown', () => {
    expect(report({ status: 'constructor', callStatus: '__proto__' }).unknownWords).toEqual([
      'constructor',
      '__proto__',
    ]);
  });
});

describe('cause and party', () => {
  type Case = [sent: Sent, cause: number | null, party: CallParty | null];
  const cases: Case[] = [
    [{ status: 'ANSWER (16)', hangupCause: '(17-agent)' }, 17, 'AGENT'],
    [{ status: 'ANSWER (16-customer)', hangupCause: '(17)' }, 17, 'CUSTOMER'],
    [{ status: 'ANSWER (16-customer)', hangupCause: '17' }, 17, 'CUSTOMER'],
    [{ status: 'ANSWER (16-customer)', hangupCause: '(agent)' }, 16, 'AGENT'],
    [{ status: 'NO ANSWER', callStatus: 'AbandonedCall (16-Agent)' }, 16, 'AGENT'],
    [{ status: 'NO ANSWER (19)', callStatus: 'BUSY (17-customer)' }, 19, 'CUSTOMER'],
    [{ status: 'ANSWER', hangupCause: 'Normal clearing (16)' }, 16, null],
    [{ status: 'ANSWER', hangupCause: '16-customer' }, 16, 'CUSTOMER'],
    [{ status: 'ANSWER', hangupCause: 'normal clearing' }, null, null],
    [{ status: 'ANSWER', hangupCause: '0' }, null, null],
    [{ status: 'ANSWER (16)', hangupCause: '0' }, 16, null],
    [{ status: 'ANSWER', hangupCause: '128' }, null, null],
    [{ status: 'ANSWER', hangupCause: '99999999999999999999' }, null, null],
    [{ status: 'ANSWER', hangupCause: '-16' }, null, null],
    [{ status: 'Cancel-Customer (0-Agent)' }, null, 'AGENT'],
    [{ status: 'Cancel-Customer (16)' }, 16, 'CUSTOMER'],
    [{ status: 'Cancel-Customer', callStatus: 'cancel-Agent' }, null, 'CUSTOMER'],
    [{ status: 'NO ANSWER', callStatus: 'cancel-Agent' }, null, 'AGENT'],
    [{ status: 'Transfer to agent', callStatus: 'BUSY' }, null, null],
    [{ status: 'ANSWER (16' }, 16, null],
    [{ status: 'Moon (16-customer)' }, 16, 'CUSTOMER'],
  ];
  it.each(cases)('%j', (sent, hangupCause, endedBy) => {
    expect(report(sent)).toMatchObject({ hangupCause, endedBy });
  });
});

describe('an outgoing call', () => {
  const outgoing = (sent: Sent) => read('REPORT', sent, 'OUTBOUND');
  const fields = ['status', 'callStatus', 'hangupCause'] as const;
  const cancels = ['Cancel-Agent', 'Cancel-Customer', 'cancel-Agent', 'CANCEL - CUSTOMER', 'Leg A Cancel - Agent'];
  type Routing = [words: string, meaning: CallDisposition, cause: number | null, party: CallParty | null];
  const routings: Routing[] = [
    ['NOANSWER (0-customer)', 'NO_ANSWER', null, 'CUSTOMER'],
    ['Busy (17-customer)', 'BUSY', 17, 'CUSTOMER'],
    ['Congestion (1-agent)', 'FAILED', 1, 'AGENT'],
    ['Unavailable (19-customer)', 'UNREACHABLE', 19, 'CUSTOMER'],
    ['BUSY (17 Customer)', 'BUSY', 17, 'CUSTOMER'],
    ['CHANUNAVAIL (20-agent)', 'UNREACHABLE', 20, 'AGENT'],
  ];

  it('with a Cancel that names a side beside a routing status is what that says, wherever the two stand', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cancels),
        fc.constantFrom(...routings),
        fc.shuffledSubarray([...fields], { minLength: 3 }),
        (
          cancel,
          [words, disposition, hangupCause, endedBy],
          [first = 'status', second = 'status', third = 'status'],
        ) => {
          const reading = outgoing({ [first]: cancel, [second]: words });
          expect(reading).toMatchObject({ disposition, hangupCause, endedBy, providerStatus: words, unknownWords: [] });
          // What is known of no word in the third field changes nothing, and is counted where words are.
          const odd = outgoing({ [first]: cancel, [second]: words, [third]: 'Moonlight' });
          expect(odd).toEqual({ ...reading, unknownWords: third === 'hangupCause' ? [] : ['Moonlight'] });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('with two routing statuses is what says more than no answer', () => {
    for (const [one, two] of [
      ['NO ANSWER', 'Busy (17-customer)'],
      ['Busy (17-customer)', 'NO ANSWER'],
    ]) {
      const sent = { status: one, callStatus: 'Cancel-Agent', hangupCause: two } as Sent;
      expect(outgoing(sent)).toMatchObject({ disposition: 'BUSY', hangupCause: 17 });
    }
  });

  it.each<[sent: Sent, disposition: CallDisposition | null]>([
    [{ status: 'NO ANSWER', callStatus: 'CANCEL (0)' }, 'CANCELED'],
    [{ status: 'CANCEL', hangupCause: 'Busy (17-customer)' }, 'CANCELED'],
    [{ status: 'Cancel-Agent' }, 'CANCELED'],
    [{ status: 'Cancel-Agent', callStatus: 'CANCEL' }, 'CANCELED'],
    [{ status: 'Cancel-Agent', hangupCause: '16' }, 'CANCELED'],
    [{ status: 'ANSWER', callStatus: 'Cancel-Customer', hangupCause: 'Busy (17-customer)' }, 'ANSWERED'],
    [{ status: 'Voice Mail', hangupCause: 'Cancel-Customer' }, 'VOICEMAIL'],
    [{ hangupCause: 'Busy (17-customer)' }, null],
    [{ hangupCause: 'Cancel-Customer' }, null],
    [{ status: 'Moonlight', hangupCause: 'BUSY' }, null],
  ])('%j is %s, as ever', (sent, disposition) => {
    expect(outgoing(sent).disposition).toBe(disposition);
  });

  it.each<[words: string, disposition: CallDisposition, endedBy: CallParty | null, cause: number | null]>([
    ['Leg B Cancel - Customer Busy (17 Customer)', 'BUSY', 'CUSTOMER', 17],
    ['Leg B Cancel - Customer Unavailable (19 Customer)', 'UNREACHABLE', 'CUSTOMER', 19],
    ['Leg A Cancel - Agent Congestion (1 Agent)', 'FAILED', 'AGENT', 1],
    ['LEG B CANCEL-CUSTOMER NOANSWER (0 customer)', 'NO_ANSWER', 'CUSTOMER', null],
    ['Busy - Leg B Cancel - Customer', 'BUSY', 'CUSTOMER', null],
    ['Leg B Cancel - Customer', 'CANCELED', 'CUSTOMER', null],
  ])('%s is read part by part', (words, disposition, endedBy, hangupCause) => {
    const said = { disposition, endedBy, hangupCause, providerStatus: words, unknownWords: [] };
    expect(outgoing({ status: words })).toMatchObject(said);
    expect(outgoing({ callStatus: words })).toMatchObject(said);
    expect(outgoing({ status: 'Cancel-Customer', hangupCause: words })).toMatchObject({
      ...said,
      providerStatus: disposition === 'CANCELED' ? 'Cancel-Customer' : words,
    });
  });

  it.each([
    'Leg C Cancel - Customer Busy',
    'Cancel - Customer Busy maybe',
    'Agent',
    'Leg B',
    'Busy Unavailable',
    'Cancel Agent Customer',
  ])('%s is not wholly made of known words, and is counted', (words) => {
    expect(outgoing({ status: words })).toMatchObject({ disposition: null, unknownWords: [words] });
  });
});

it.each(['INBOUND', 'UNKNOWN'] as const)(
  'a Cancel with a side beside a routing status of an %s call decides itself',
  (direction) => {
    const sent = { status: 'NO ANSWER', callStatus: 'Cancel-Customer', hangupCause: 'Busy (17-customer)' };
    expect(read('REPORT', sent, direction)).toMatchObject({
      disposition: 'CANCELED',
      endedBy: 'CUSTOMER',
      hangupCause: 17,
    });
    const parts = { status: 'Leg B Cancel - Customer Busy (17 Customer)' };
    expect(read('REPORT', parts, direction)).toMatchObject({
      disposition: null,
      unknownWords: ['Leg B Cancel - Customer Busy'],
    });
  },
);

it('reads any words without failing', () => {
  const words = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('(', '((((', ')(', '(-)', 'ANSWER ('),
      fc.constant('('.repeat(60_000)),
    ),
  );
  fc.assert(
    fc.property(
      fc.constantFrom<CallFacts['kind']>('LIVE', 'REPORT'),
      fc.constantFrom<CallFacts['direction']>('INBOUND', 'OUTBOUND', 'UNKNOWN'),
      words,
      words,
      words,
      (kind, direction, sentStatus, sentCallStatus, sentHangupCause) => {
        const reading = readStatus({ kind, direction, sentStatus, sentCallStatus, sentHangupCause });
        if (reading.hangupCause !== null) expect(reading.hangupCause).toBeGreaterThan(0);
      },
    ),
  );
});
