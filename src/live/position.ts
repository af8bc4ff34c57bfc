import { maySee, type Viewer } from '../access/viewer.ts';
import { AppError, badInput } from '../errors.ts';
import { nameListOf } from '../query/cursor.ts';
import type { CursorCodec } from '../query/cursor-codec.ts';
import { type Instant, instantOf, msOf, parseInstant } from '../time/instant.ts';
import { isWhole, justBefore, type Place, through } from './place.ts';

/** Nobody is given a moment so far behind one that was seen, whatever the account: see docs/decisions/0036. */
const overlapMs = 60_000;

/**
 * How far somebody has come. At the base all accounts were read to their end, and it is the newest moment of all that was seen
 * then: so whatever was not seen of an account without a place is less than a minute before it, or later. `own`: the account of
 * the last event, which has come further than the places say.
 */
export type Position = {
  readonly base: Instant | null;
  readonly places: ReadonlyMap<number, Place>;
  readonly own?: { readonly accountId: number; readonly place: Place };
};

/** Where an account begins for whoever has come to a position that does not name it. */
export const startOfOthers = ({ base }: Pick<Position, 'base'>): Place => justBefore(instantOf(startMs(base)));

const startMs = (base: Instant | null) => (base === null ? msOf('0001-01-01T00:00:00.000Z') : msOf(base) - overlapMs);

/** Whether a place must be named in a position. */
export const isNamed = (place: Place, base: Instant | null): boolean => msOf(place.at) >= startMs(base);

export function placeIn(position: Position, accountId: number): Place {
  const { own, places } = position;
  if (own?.accountId === accountId) return own.place;
  return places.get(accountId) ?? startOfOthers(position);
}

/** A position as opaque text, of the accounts that a viewer may see, and for viewers who see the same. */
export function writeToken(codec: CursorCodec, { base, places, own }: Position, viewer: Viewer): string {
  const all = new Map(places);
  if (own) all.set(own.accountId, own.place);
  const baseMs = base === null ? 0 : msOf(base);
  const named = [...all]
    .filter(([accountId, place]) => maySee(viewer, accountId) && isNamed(place, base))
    .map(([accountId, place]) => placeText(accountId, place, baseMs));
  return codec.seal(JSON.stringify([nameOf(viewer), base, named.join(' ')]));
}

/** The position that a token tells; BAD_USER_INPUT where it is none, or one of somebody who sees something else. */
export function readToken(codec: CursorCodec, text: string, viewer: Viewer): Position {
  const opened = codec.open(text);
  const [madeFor, base, named] = opened === null ? [] : (JSON.parse(opened) as unknown[]);
  const isToken = typeof named === 'string' && (base === null || (typeof base === 'string' && parseInstant(base)));
  if (!isToken) throw badInput(['since'], 'is no token of this service', allowed);
  if (madeFor !== nameOf(viewer)) throw badInput(['since'], 'was given to a key that sees something else', allowed);
  const at = base as Instant | null;
  const baseMs = at === null ? 0 : msOf(at);
  return {
    base: at,
    places: new Map(named.split(' ').flatMap((part) => (part === '' ? [] : [readPlace(part, baseMs)]))),
  };
}

/** What is answered to a token of a time of which it is no longer known which calls ended. */
export function tokenTooOld(): AppError {
  return new AppError(
    'TOKEN_TOO_OLD',
    'since: this token is too old: calls have ended since of which it is no longer known. Ask for a fresh list, and subscribe without since.',
    { argument: ['since'] },
  );
}

const allowed = 'a token of an event of callEvents that was sent to a key that sees the same, or no since at all';
const nameOf = (viewer: Viewer) => nameListOf(viewer, 'live');

/** Short, for there may be many: the account, milliseconds before the base, and ids where only a part of a moment was seen. */
function placeText(accountId: number, place: Place, baseMs: number): string {
  const parts = [accountId, baseMs - msOf(place.at), ...(isWhole(place) ? [] : [place.callId, place.endedId])];
  return parts.map((part) => part.toString(36)).join('.');
}

function readPlace(text: string, baseMs: number): [number, Place] {
  const [accountId = 0, agoMs = 0, callId, endedId = 0] = text.split('.').map((part) => Number.parseInt(part, 36));
  const at = instantOf(baseMs - agoMs);
  return [accountId, callId === undefined ? through(at) : { at, callId, endedId }];
}
