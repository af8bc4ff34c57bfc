import type { CallDirection } from '../../../src/calls/facts/call-enums.ts';
import type { CallFacts } from '../../../src/calls/facts/call-facts.ts';
import { rankFacts } from '../../../src/calls/facts/merge-facts.ts';
import { normalizeNumber } from '../../../src/phone-numbers/normalize-number.ts';
import type { Meaning, ReadingContext } from '../../../src/providers/provider.ts';
import { type Instant, instantOf } from '../../../src/time/instant.ts';
import { localToMs } from '../../../src/time/zone.ts';
import { readStatus } from './read-status.ts';

type Context = Pick<ReadingContext, 'account' | 'receivedAt'> & { isImported: boolean };

const directions: Record<string, CallDirection> = { in: 'INBOUND', out: 'OUTBOUND' };

/** What the lines of a message say of a call. */
export function meaningOf(values: ReadonlyMap<string, string>, { account, receivedAt, isImported }: Context): Meaning {
  const ref = values.get('ref');
  if (ref === undefined) return { kind: 'OTHER', ignored: 'ref: not sent, so it tells of no call' };
  const isReport = isImported || values.get('ev') === 'done';
  const kind = isReport ? 'CALL_REPORT' : 'LIVE_CALL';
  if (ref.length > 40) return { kind, unreadable: 'ref: longer than 40 characters', callSid: null };
  const notUnderstood: string[] = [];
  const time = (name: string): Instant | null => {
    const text = values.get(name);
    const read = text === undefined ? null : readTime(text, account);
    if (text !== undefined && read === null) notUnderstood.push(`${name}: no day and clock`);
    return read;
  };
  const word = (name: string) => values.get(name)?.slice(0, 255) ?? null;
  const number = (name: string) => normalizeNumber(values.get(name) ?? null, account.region);
  const direction = directions[values.get('way') ?? ''] ?? 'UNKNOWN';
  const [customer, agent] = [number('cli'), number('ext')];
  // The agent is the source of an outgoing call by the setting that every account has unless its provider has another one.
  const isAgentSource = direction === 'OUTBOUND' && account.outgoingAgentLeg === 'LEG_A';
  const talk = /^(\d{1,4})'(\d\d)$/.exec(values.get('talk') ?? '');
  const facts: CallFacts = {
    callSid: ref,
    kind: isReport ? 'REPORT' : 'LIVE',
    direction,
    providerDirection: word('way'),
    sourceNumber: isAgentSource ? agent : customer,
    destinationNumber: number('line'),
    dialedNumber: isAgentSource ? customer : agent,
    agentName: word('who'),
    agentEmail: null,
    callGroupName: word('team'),
    campaignCode: null,
    keyPress: null,
    sentStatus: word('res'),
    sentCallStatus: null,
    sentHangupCause: null,
    sentStartedAt: time('t0'),
    sentEndedAt: time('t2'),
    legAPickedAt: null,
    legBStartedAt: null,
    legBPickedAt: time('t1'),
    sentDurationSeconds: null,
    sentTalkSeconds: talk ? Number(talk[1]) * 60 + Number(talk[2]) : null,
    coins: null,
    recordingUrl: word('rec'),
    errorCode: null,
    sidStartedAt: readIdTime(ref),
    receivedAt,
    outranked: 0,
    answered: 0,
  };
  return { kind, facts: rankFacts(facts, { readStatus, isImported, isListed: false }), notUnderstood };
}

/** `5 Jan 2026 14h30m05`, of the account's zone or of UTC by its setting; or `... @Europe/Berlin`, of that zone. */
function readTime(text: string, { timeZone, settings }: ReadingContext['account']): Instant | null {
  const shown = /^(\d{1,2} [A-Z][a-z]{2} \d{4}) (\d\d)h(\d\d)m(\d\d)(?: @([A-Za-z/_]+))?$/.exec(text);
  if (!shown) return null;
  const [, day, hours, minutes, seconds, named] = shown;
  const local = Date.parse(`${day} ${hours}:${minutes}:${seconds} GMT`);
  const zone = named ?? (settings.clock === 'utc' ? 'UTC' : timeZone);
  return Number.isNaN(local) ? null : instantOf(localToMs(zone, local));
}

/** A reference begins with the minute in which the call did, since 1970 and in base 36: `hwhc6-1`. */
export function readIdTime(ref: string): Instant | null {
  const minutes = /^([a-z0-9]{5})-\d+$/.exec(ref)?.[1];
  return minutes === undefined ? null : instantOf(Number.parseInt(minutes, 36) * 60_000);
}
