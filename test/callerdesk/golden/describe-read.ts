import { createHash } from 'node:crypto';
import type { Account } from '../../../src/accounts/account.table.ts';
import { normalizeNumber } from '../../../src/phone-numbers/normalize-number.ts';
import { type Erased, erase, type Payload, type Read, read, readAgain, readStatus } from './read-as-today.ts';

const account = (told: Partial<Account>): Account => ({
  id: 1,
  name: 'golden',
  provider: 'callerdesk',
  timeZone: 'Asia/Kolkata',
  region: 'IN',
  outgoingAgentLeg: 'LEG_A',
  settings: {},
  createdAt: '2026-01-01T00:00:00.000Z',
  isDemo: false,
  ...told,
});
const india = account({});
/** Told by a hash: what differs with the settings differs in one of these. */
const others = [
  account({ outgoingAgentLeg: 'LEG_B' }),
  account({ timeZone: 'Europe/Berlin', region: 'DE' }),
  account({ timeZone: 'America/New_York', region: 'US', outgoingAgentLeg: 'LEG_B' }),
];

/**
 * Everything the provider's code makes of a payload, as plain JSON. Like: facts that another payload told already. Whole: with
 * the text of what is kept once somebody was erased, however long.
 */
export function describePayload(
  payload: Payload,
  { like, isWhole = false }: { like?: unknown; isWhole?: boolean } = {},
) {
  const reads = read(payload, india);
  const elsewhere = others.map((other) => digest(read(payload, other).map(describeRead)));
  return reads.map((one, i) => ({
    ...describeRead(one),
    ...(one.facts && { facts: sameOr(sorted(asWritten(one.facts)), like) }),
    ...(i === 0 && { elsewhere }),
    again: sameOr(describeAgain(one), describeRead({ ...one, status: undefined })),
    ...describeErased(one, isWhole),
  }));
}

/** As the file names them. */
function asWritten({ outranked, ...facts }: NonNullable<Read['facts']>) {
  return { ...facts, lesser: outranked };
}

function describeRead({ event, facts, status }: Read) {
  const { kind, form, state, reason, callSid, contentType, body, contentHash, unknownWords, notUnderstood } = event;
  return sorted({
    status,
    kind,
    form,
    state,
    reason,
    callSid,
    contentType,
    body: digest(body),
    hash: contentHash.toString('hex'),
    unknownWords,
    notUnderstood,
    facts: facts && sorted(asWritten(facts)),
    words: facts && sorted(readStatus(facts)),
  });
}

function describeAgain(one: Read): unknown {
  const again = readAgain(one, india);
  return again && describeRead({ event: again.event, facts: again.facts });
}

/** For a number that occurs in it, whether it is taken for a delivery of that person's call or not. */
function describeErased(one: Read, isWhole: boolean): object {
  const number = numberIn(one);
  if (number === null) return {};
  const [theirs, anothers] = [true, false].map((isTheirCall) => {
    const erased = erase(one, { number, region: india.region }, isTheirCall);
    return erased && { ...describeKept(erased, isWhole), again: digest(describeAgain(withBody(one, erased))) };
  });
  return { number, erased: theirs, erasedOfAnother: sameOr(anothers, theirs) };
}

function withBody({ event, facts }: Read, erased: Erased): Read {
  return { event: { ...event, ...erased }, facts };
}

function numberIn({ event, facts }: Read): string | null {
  const told = facts?.direction === 'OUTBOUND' ? facts.dialedNumber : facts?.sourceNumber;
  if (told) return told;
  const [digits] = event.body.toString('latin1').match(/\+?\d{7,15}/) ?? [];
  return digits === undefined ? null : (normalizeNumber(digits, india.region) ?? digits);
}

function describeKept({ body, contentType }: Erased, isWhole: boolean) {
  const text = body.toString('utf8');
  const said = Buffer.from(text).equals(body) ? { text } : { base64: body.toString('base64') };
  return { type: contentType, ...(isWhole || body.length < 250 ? said : { bytes: body.length, sha256: digest(body) }) };
}

const sameOr = (value: unknown, other: unknown) =>
  JSON.stringify(value) === JSON.stringify(other) ? 'the same' : value;

/** Without what is null or undefined, in the order of its names. */
function sorted(value: object): Record<string, unknown> {
  const told = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first 64 bits of the SHA-256 of a value's JSON, or of bytes. */
export function digest(value: unknown): string {
  const bytes = Buffer.isBuffer(value) ? value : JSON.stringify(value);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
