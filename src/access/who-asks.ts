import { timingSafeEqual } from 'node:crypto';
import { Cancellation } from '../cancellation.ts';
import type { AppError } from '../errors.ts';
import { sha256 } from '../sha256.ts';
import { isLoopback } from './host-name.ts';
import type { Holder, KeyRing } from './keys/key-ring.ts';
import { isKeyText } from './keys/key-text.ts';
import { isForwarded, presentedIn, type RequestHead } from './request-head.ts';
import { hasExpired, keyMissing, keysUnknown, keyUnknown, ticketUnknown } from './unauthenticated.ts';
import { administrator, tokenBearer, type Viewer } from './viewer.ts';

export type AccessSettings = {
  /** The address that the service listens on. */
  host: string;
  /** A key with all scopes. */
  adminToken?: string | undefined;
  /** Whether no request needs a key, whatever else holds. */
  isOpen: boolean;
};

/** Who sent a request, and until when they may have an answer. */
export type Asker = {
  viewer: Viewer;
  /** Cancelled once what it rests on is gone: the key, or that none is needed. */
  standing: Cancellation;
};

/** Tells who sent a request; or why it is not let in. */
export type WhoAsks = {
  ask: (head: RequestHead) => Promise<Asker | AppError>;
  /** The same by what is known, without waiting, for what is told beside what everybody is told. */
  known: (head: RequestHead) => Asker | AppError;
  /** A ticket that stands for the key of a request, once, within half a minute. */
  giveTicket: (head: RequestHead) => Promise<string | AppError>;
  /** Tells who was given a ticket, which is used up. */
  askByTicket: (ticket: string) => Promise<Asker | AppError>;
};

/** Why every request needs a key, of whoever sends it; null: no setting says so. */
export function settingThatNeedsKeys({ host, adminToken, isOpen }: AccessSettings): 'ADMIN_TOKEN' | 'HOST' | null {
  if (isOpen) return null;
  if (adminToken !== undefined) return 'ADMIN_TOKEN';
  return isLoopback(host) ? null : 'HOST';
}

type Ring = Pick<
  KeyRing,
  | 'find'
  | 'isMade'
  | 'isFresh'
  | 'untilMade'
  | 'ask'
  | 'askForNew'
  | 'noteUse'
  | 'findHash'
  | 'giveTicket'
  | 'takeTicket'
>;

type Decision = {
  of: Asker | Holder | AppError;
  /** Whether it is so only as long as no key was made, revoked or changed meanwhile. */
  isByKeys: boolean;
  /** Whether a key is presented that is not known, and may have been made just now. */
  mayBeNew?: boolean;
};

const always = new Cancellation();

/**
 * Who asks. Without a key it is everybody on this machine, until a key was ever made, a setting lets others in, or somebody in
 * between has passed the request on. Whoever presents a key must have a right one.
 */
export function whoAsks(settings: AccessSettings, ring: Ring): WhoAsks {
  const settingNeeds = settingThatNeedsKeys(settings) !== null;
  const token = settings.adminToken === undefined ? null : sha256(settings.adminToken);

  function decide(head: RequestHead): Decision {
    const presented = presentedIn(head);
    return presented === 'nothing' ? withoutKey(head) : withKey(presented.text);
  }

  function withKey(text: string | null): Decision {
    if (text === null) return { of: keyUnknown(), isByKeys: false };
    if (token !== null && timingSafeEqual(sha256(text), token)) {
      return { of: { viewer: tokenBearer, standing: always }, isByKeys: false };
    }
    if (!isKeyText(text)) return { of: keyUnknown(), isByKeys: false };
    const found = ring.find(text);
    if (found === 'expired') return { of: hasExpired(), isByKeys: true };
    return found ? { of: found, isByKeys: true } : { of: keyUnknown(), isByKeys: true, mayBeNew: true };
  }

  /** Of a key that was right when its ticket was given. */
  async function holderOf(keyHash: Buffer): Promise<Asker | AppError> {
    if (token !== null && timingSafeEqual(keyHash, token)) return { viewer: tokenBearer, standing: always };
    if (!ring.isFresh) await ring.ask();
    if (!ring.isFresh) return keysUnknown();
    const found = ring.findHash(keyHash);
    if (found === null) await ring.askForNew();
    const now = found ?? ring.findHash(keyHash);
    if (now === 'expired') return hasExpired();
    if (now) ring.noteUse(now);
    return now ?? ticketUnknown();
  }

  function withoutKey(head: RequestHead): Decision {
    if (settings.isOpen) return { of: { viewer: administrator, standing: always }, isByKeys: false };
    if (settingNeeds || isForwarded(head) || ring.isMade) return { of: keyMissing(), isByKeys: false };
    if (ring.isMade === null) return { of: keysUnknown(), isByKeys: true };
    return { of: { viewer: administrator, standing: ring.untilMade }, isByKeys: true };
  }

  return {
    known: (head) => decide(head).of,
    giveTicket: async (head) => {
      const presented = presentedIn(head);
      if (presented === 'nothing' || presented.text === null) return keyMissing();
      return ring.giveTicket(sha256(presented.text));
    },
    askByTicket: async (ticket) => {
      const keyHash = await ring.takeTicket(ticket);
      return keyHash === null ? ticketUnknown() : holderOf(keyHash);
    },
    ask: async (head) => {
      let decision = decide(head);
      if (decision.isByKeys && !ring.isFresh) {
        await ring.ask();
        if (!ring.isFresh) return keysUnknown();
        decision = decide(head);
      } else if (decision.mayBeNew) {
        await ring.askForNew();
        decision = decide(head);
      }
      const { of } = decision;
      if ('keyId' in of) ring.noteUse(of);
      return of;
    },
  };
}
