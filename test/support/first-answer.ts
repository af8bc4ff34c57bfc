import { setTimeout as sleep } from 'node:timers/promises';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { Cancellation } from '../../src/cancellation.ts';
import type { Answers, Question } from '../../src/graphql/server/answers.ts';
import { writeToken } from '../../src/live/position.ts';
import { instantOf } from '../../src/time/instant.ts';
import type { GraphqlAnswer, TestApp } from './app.ts';
import { seals } from './seals.ts';

/** After so long nothing is taken to come. */
const silenceMs = 4000;

/** What a subscription is answered first, no data where nothing comes, or why it is refused; then it ends. */
export async function firstAnswer(answers: Pick<Answers, 'subscribe'>, question: Question): Promise<GraphqlAnswer> {
  const cancellation = new Cancellation();
  const subscribed = await answers.subscribe(question, { cancellation });
  if ('refused' in subscribed) {
    const { status, text } = subscribed.refused;
    return { status, ...JSON.parse(text) };
  }
  const next = subscribed.parts[Symbol.asyncIterator]().next();
  next.catch(() => {});
  const told = await Promise.race([next, sleep(silenceMs)]);
  cancellation.cancel();
  return { status: 200, ...JSON.parse(told?.value?.result ?? '{"data":null}') };
}

/** A token from before everything that a test did. */
export function tokenOfLongAgo(viewer: Viewer): string {
  return writeToken(seals.cursors, { base: instantOf(Date.now() - 12 * 3_600_000), places: new Map() }, viewer);
}

export const isSubscription = (text: string): boolean => /^subscription\b/m.test(text);

/** What a document is answered; a subscription first. */
export function askOrSubscribe(
  app: TestApp,
  text: string,
  variables?: Record<string, unknown>,
): Promise<GraphqlAnswer> {
  if (!isSubscription(text)) return app.ask(text, variables);
  return firstAnswer(app.answers, liveQuestion(text, { viewer: administrator, variables }));
}

/** A subscription as the doors hand it on. */
export function liveQuestion(
  query: string,
  { viewer, variables }: Pick<Question, 'viewer'> & { variables?: unknown },
): Question {
  return {
    requestId: 'live',
    viewer,
    chargedTo: 'a test',
    isForeign: false,
    refused: [],
    accessLogLost: 0,
    method: 'POST',
    search: '',
    // So that there is something to tell at once.
    since: tokenOfLongAgo(viewer),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: variables === undefined ? { query } : { query, variables },
  };
}
