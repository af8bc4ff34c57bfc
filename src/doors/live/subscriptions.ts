import { setTimeout as sleep } from 'node:timers/promises';
import type { AccessLog } from '../../access/log/access-log.ts';
import { entryOf } from '../../access/log/entry-of.ts';
import { type Receipt, receiptOf } from '../../access/log/receipt.ts';
import { noLongerValid } from '../../access/unauthenticated.ts';
import type { Asker } from '../../access/who-asks.ts';
import { AppError } from '../../errors.ts';
import type { LivePart } from '../../graphql/live/subscriptions.ts';
import type { Answer, Answers, Question, Subscribed } from '../../graphql/server/answers.ts';
import { refusal } from '../../graphql/server/refusal.ts';
import type { Refusals } from '../webhook/refusals.ts';
import type { LiveLimits } from './live-limits.ts';
import type { LiveKind, LiveMeter } from './live-meter.ts';
import type { RunningSubscriptions } from './running-subscriptions.ts';
import type { EndReason, Wanted } from './wanted.ts';

/** What is asked, and by whom. */
export type AskedSubscription = Pick<
  Question,
  'requestId' | 'chargedTo' | 'isForeign' | 'method' | 'search' | 'body'
> & { asker: Asker; since: string | null; kind: LiveKind };

/** Where the answers of a subscription go. */
export type SubscriptionReader = {
  /** It has begun. */
  opened: () => void;
  /** Takes an answer; a promise settles once the next may come. */
  next: (part: LivePart) => Promise<void> | undefined;
};

/** How a subscription has ended. */
export type Ending = {
  why: EndReason;
  /** It was refused: what is told instead. */
  refused?: Answer;
  /** It was ended by this, after it had begun. */
  error?: AppError;
};

export type SubscriptionsParts = {
  answers: Pick<Answers, 'subscribe'>;
  accessLog: Pick<AccessLog, 'note' | 'lostOf'>;
  refusals: Refusals;
  running: RunningSubscriptions;
  limits: LiveLimits;
  meter?: LiveMeter | undefined;
  /** Told of what nobody expected. */
  onUnexpected: (request: { id: string }, error: unknown) => void;
};

/** A thread that has broken off is there again after a moment: so long, and so often, it is looked for. */
const patienceMs = 5_000;
const againMs = 500;

// How the answers come is for the door: a media type that has all errors told by their status.
const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };

/** Where subscriptions are let in, whichever way they come: each runs from here, is counted and noted. */
export class Subscriptions {
  readonly #parts: SubscriptionsParts;

  constructor(parts: SubscriptionsParts) {
    this.#parts = parts;
  }

  /** Runs a subscription until it ends, or is no longer wanted. */
  async run(asked: AskedSubscription, wanted: Wanted, reader: SubscriptionReader): Promise<Ending> {
    const { running, meter } = this.#parts;
    const { asker, kind } = asked;
    const { standing } = asker;
    const offStanding = standing.onCancel(() => wanted.end('revoked', standing.reason ?? noLongerValid()));
    let leave: (() => void) | undefined;
    try {
      leave = running.enter(asked.chargedTo);
      meter?.subscribed(kind, 1);
      const ending = await this.#run(asked, wanted, reader);
      meter?.ended(kind, ending.why);
      return ending;
    } catch (error) {
      if (leave || !(error instanceof AppError)) throw error;
      meter?.ended(kind, 'refused');
      return this.#refuse(asked, refusalOf(error));
    } finally {
      offStanding();
      wanted.end('failed');
      leave?.();
      if (leave) meter?.subscribed(kind, -1);
    }
  }

  async #run(asked: AskedSubscription, wanted: Wanted, reader: SubscriptionReader): Promise<Ending> {
    const { cancellation } = wanted;
    const opening = await this.#open(asked, wanted);
    if ('why' in opening) return opening;
    if ('refused' in opening) return this.#refuse(asked, opening.refused);
    const { accessLog, meter } = this.#parts;
    const { receipt } = opening;
    const sum = { cost: 0, rows: 0 };
    const note = (told: Partial<Receipt>) =>
      accessLog.note(entryOf(asked.asker.viewer, 200, { ...receipt, code: null, ...told }, asked.requestId));
    note({ actualCost: null, rows: null });
    const parts = opening.parts[Symbol.asyncIterator]();
    let ending: Ending;
    try {
      reader.opened();
      for (;;) {
        const { value, done } = await cancellation.waitFor(parts.next());
        if (done) break;
        sum.cost += value.cost;
        sum.rows += value.rows;
        meter?.sent(asked.kind);
        const taken = reader.next(value);
        if (taken) await cancellation.waitFor(taken);
      }
      ending = { why: 'complete' };
    } catch (error) {
      ending = this.#endingOf(error, asked, wanted);
    }
    const { why, error } = ending;
    const code = why === 'too_slow' ? 'SLOW_READER' : (error?.code ?? null);
    note({ requestedCost: null, actualCost: sum.cost, rows: sum.rows, code });
    return ending;
  }

  /** Opens it; where nothing answers just now, as soon as something does. */
  async #open(asked: AskedSubscription, wanted: Wanted): Promise<Subscribed | Ending> {
    const { answers, refusals, accessLog, limits } = this.#parts;
    const { asker, kind: _kind, ...told } = asked;
    const { viewer } = asker;
    const { cancellation } = wanted;
    const question: Question = {
      ...told,
      viewer,
      refused: refusals.of(viewer),
      accessLogLost: accessLog.lostOf(viewer),
      headers,
    };
    const clock = setTimeout(() => wanted.end('failed', tookTooLong(limits.openMs)), limits.openMs);
    const end = performance.now() + patienceMs;
    try {
      for (;;) {
        const subscribed = await cancellation.waitFor(answers.subscribe(question, { cancellation }));
        const isDown = 'refused' in subscribed && subscribed.refused.receipt.code === 'UNAVAILABLE';
        if (!isDown || performance.now() > end) return subscribed;
        await cancellation.waitFor(sleep(againMs));
      }
    } catch (error) {
      const { why, error: told } = this.#endingOf(error, asked, wanted);
      if (why === 'left' || why === 'stopping') return { why };
      return { refused: refusalOf(told ?? tookTooLong(limits.openMs)) };
    } finally {
      clearTimeout(clock);
    }
  }

  #endingOf(error: unknown, { requestId }: AskedSubscription, wanted: Wanted): Ending {
    const { why, cancellation } = wanted;
    if (why !== null) {
      const { reason } = cancellation;
      return why === 'left' || !reason ? { why } : { why, error: reason };
    }
    // Of the thread that is gone; what else fails there is told of there.
    if (error instanceof AppError) return { why: error.code === 'UNAVAILABLE' ? 'lost' : 'failed', error };
    this.#parts.onUnexpected({ id: requestId }, error);
    return { why: 'failed', error: unexpected(requestId) };
  }

  #refuse({ asker, requestId }: AskedSubscription, refused: Answer): Ending {
    const receipt: Receipt = { ...refused.receipt, operationType: refused.receipt.operationType ?? 'SUBSCRIPTION' };
    this.#parts.accessLog.note(entryOf(asker.viewer, refused.status, receipt, requestId));
    return { why: 'refused', refused };
  }
}

const statuses: Partial<Record<AppError['code'], number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  UNAVAILABLE: 503,
};

/** The same in the form of an answer. */
export function refusalOf({ code, message, details }: AppError): Answer {
  const { retryAfterSeconds } = details;
  const after: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  const answer = refusal(statuses[code] ?? 200, { code, message, ...details }, after);
  return { ...answer, receipt: receiptOf(code) };
}

function tookTooLong(openMs: number): AppError {
  const allowed = `${openMs / 1000} s`;
  return new AppError('TIMEOUT', `The subscription did not begin within ${allowed}. Try again.`, { allowed });
}

function unexpected(requestId: string): AppError {
  return new AppError('UNAVAILABLE', 'Something failed on our side. Try again in a moment.', { requestId });
}
