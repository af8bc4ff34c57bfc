import fc from 'fast-check';
import type { NewCall } from '../../../src/calls/call.table.ts';
import {
  type CallOutcome,
  type CallStatus,
  directions,
  dispositions,
  outcomes,
  parties,
} from '../../../src/calls/facts/call-enums.ts';
import { isIdentity } from '../../../src/phone-numbers/normalize-number.ts';
import { secondsBetween } from './metrics.ts';
import { storedNumbers } from './spellings.ts';
import type { World } from './world.ts';

export const zones = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'Asia/Kolkata',
] as const;

/** When the clocks of these zones change: New York, Lord Howe and Chatham, in years gone and years to come. */
const clockChanges = [
  '2024-03-10T07:00:00Z',
  '2024-11-03T06:00:00Z',
  '2024-04-06T15:00:00Z',
  '2024-10-05T15:30:00Z',
  '2024-04-06T14:00:00Z',
  '2024-09-28T14:00:00Z',
  '2073-03-12T07:00:00Z',
  '2073-11-05T06:00:00Z',
  '2073-09-30T15:30:00Z',
].map((text) => Date.parse(text));

export const clockChange = fc.constantFrom(...clockChanges);

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
// The edges of hours and quarters and of the days around a change, and one millisecond to either side of some.
const edges = [0, 15, 30, 45, 60, 90, -15, -30, -60, -120, 600, -840, 1440].flatMap((minutes) => [
  minutes * minuteMs,
  minutes * minuteMs - 1,
]);

/** Moments around a clock change, the same ones again and again. */
export function moments(change: number): fc.Arbitrary<number> {
  const within = (span: number) => fc.integer({ min: -span, max: span });
  return fc
    .oneof(
      { weight: 6, arbitrary: fc.constantFrom(...edges) },
      { weight: 3, arbitrary: within(6 * hourMs) },
      { weight: 1, arbitrary: within(3 * dayMs) },
      { weight: 1, arbitrary: within(400 * dayMs) },
    )
    .map((offset) => change + offset);
}

export const names = [
  'Ravi',
  'ravi',
  'RAVI KUMAR',
  '100%',
  'a_b',
  'axb',
  'Éva',
  'éva',
  'Жанна',
  'राम',
  '',
  "O'Hara\\",
  '😀',
];
export const coinValues = ['0', '1', '1.50', '0.1', '0.2', '12.345678901234567890', '-1', '1000000'];
export const seconds = [0, 1, 4, 5, 6, 19, 20, 21, 60, 3600];

/** A call before it has a row: who took part is a place in the world's lists, times are milliseconds from its start. */
export type CallSpec = ReturnType<typeof callSpec> extends fc.Arbitrary<infer Spec> ? Spec : never;

function callSpec(change: number) {
  const rarely = <Value>(value: fc.Arbitrary<Value>, freq = 3) => fc.option(value, { freq });
  // From a little before the start, as odd reports have it, to over an hour after it.
  const span = fc.oneof(
    fc.constantFrom(...seconds.map((value) => value * 1000), 999, 4_999, 5_001, 20_999),
    fc.integer({ min: -2_000, max: 120_000 }),
  );
  const length = rarely(fc.constantFrom(...seconds));
  return fc.record({
    account: fc.nat(1),
    direction: fc.constantFrom(...directions, 'INBOUND' as const, 'INBOUND' as const),
    status: fc.oneof(
      { weight: 7, arbitrary: fc.constant<CallStatus>('COMPLETED') },
      { weight: 2, arbitrary: fc.constantFrom<CallStatus>('RINGING', 'IN_PROGRESS', 'UNREPORTED') },
    ),
    disposition: fc.constantFrom(...dispositions),
    outcome: fc.constantFrom(...outcomes, 'ANSWERED' as const, 'ABANDONED' as const),
    endedBy: rarely(fc.constantFrom(...parties)),
    startedAt: moments(change),
    updatedAfter: span,
    legAPicked: rarely(span),
    legBStarted: rarely(span),
    legBPicked: rarely(span),
    answered: rarely(span),
    ended: rarely(span, 5),
    durationSeconds: length,
    talkSeconds: length,
    ivrSeconds: length,
    ringSeconds: length,
    /** Of calls that did not come in: no figure may count it. */
    strayWaitSeconds: length,
    agent: rarely(fc.nat(5)),
    campaign: rarely(fc.nat(3), 1),
    callGroup: rarely(fc.nat(6)),
    virtualNumber: rarely(fc.nat(2)),
    customer: rarely(fc.nat(4)),
    customerNumber: rarely(fc.constantFrom(...storedNumbers)),
    agentNumber: rarely(fc.constantFrom(...storedNumbers)),
    agentName: rarely(fc.constantFrom(...names)),
    providerStatus: rarely(fc.constantFrom(...names)),
    errorCode: rarely(fc.constantFrom(...names), 1),
    coins: rarely(fc.constantFrom(...coinValues)),
    recordingUrl: rarely(fc.constant('https://example.com/call.mp3'), 1),
  });
}

/** Calls that began around a clock change, of all kinds, many of them at the same millisecond. */
export function callSpecs(change: number, maxLength: number): fc.Arbitrary<CallSpec[]> {
  return fc.noBias(fc.array(callSpec(change), { maxLength, size: 'max' }));
}

type Numbered = { id: number; accountId: number; number: string | null };

/** Who has a number: whoever an identity belongs to, for calls and rows say the same; with a masked one, whoever was drawn. */
function whoHas(number: string | null, drawn: number | null, accountId: number, rows: readonly Numbered[]) {
  if (number === null || !isIdentity(number)) return { id: drawn, number };
  const row = rows.find((one) => one.accountId === accountId && one.number === number);
  return row ? { id: row.id, number } : { id: drawn, number: null };
}

/** The row of a random call. */
export function toRow(spec: CallSpec, index: number, world: World): NewCall {
  const account = world.accounts[spec.account] as World['accounts'][number];
  const own = <Row extends { id: number; accountId: number }>(rows: Row[], place: number | null) =>
    place === null ? null : (rows.filter(({ accountId }) => accountId === account.id)[place]?.id ?? null);
  const at = (offset: number | null) => (offset === null ? null : new Date(spec.startedAt + offset).toISOString());
  const startedAt = new Date(spec.startedAt).toISOString();
  const isOver = spec.status === 'COMPLETED';
  const customer = whoHas(spec.customerNumber, own(world.customers, spec.customer), account.id, world.customers);
  const agent = whoHas(spec.agentNumber, own(world.agents, spec.agent), account.id, world.agents);
  const outcome: CallOutcome | null = isOver ? spec.outcome : null;
  const legAPickedAt = at(spec.legAPicked);
  const answeredAt = outcome === 'ANSWERED' || spec.status === 'IN_PROGRESS' ? at(spec.answered) : null;
  const endedAt = isOver ? at(spec.ended) : null;
  const waitedUntil = outcome === 'ANSWERED' || !isOver ? answeredAt : endedAt;
  return {
    accountId: account.id,
    callSid: `sid_${index % 7}%${index}`,
    direction: spec.direction,
    status: spec.status,
    disposition: isOver ? spec.disposition : null,
    outcome,
    endedBy: isOver ? spec.endedBy : null,
    startedAt,
    legAPickedAt,
    legBStartedAt: at(spec.legBStarted),
    legBPickedAt: at(spec.legBPicked),
    answeredAt,
    endedAt,
    durationSeconds: isOver ? spec.durationSeconds : null,
    talkSeconds: isOver ? spec.talkSeconds : null,
    ivrSeconds: spec.ivrSeconds,
    ringSeconds: spec.ringSeconds,
    waitSeconds:
      spec.direction === 'INBOUND' ? secondsBetween(legAPickedAt ?? startedAt, waitedUntil) : spec.strayWaitSeconds,
    campaignId: own(world.campaigns, spec.campaign),
    callGroupId: own(world.callGroups, spec.callGroup),
    virtualNumberId: own(world.virtualNumbers, spec.virtualNumber),
    customerId: customer.id,
    customerNumber: customer.number,
    agentId: agent.id,
    agentNumber: agent.number,
    agentName: spec.agentName,
    // Fields that nothing is asked of but to be shown.
    sourceNumber: spec.agentNumber,
    destinationNumber: spec.customerNumber,
    dialedNumber: spec.agentName,
    keyPress: spec.errorCode,
    hangupCause: spec.talkSeconds,
    providerDirection: spec.providerStatus,
    providerStatus: spec.providerStatus,
    errorCode: spec.errorCode,
    coins: spec.coins,
    recordingUrl: spec.recordingUrl,
    createdAt: startedAt,
    updatedAt: at(spec.updatedAfter) ?? startedAt,
  };
}
