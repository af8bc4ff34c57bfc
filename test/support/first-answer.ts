import { Cancellation } from '../../src/cancellation.ts';
import type { Answers, Question } from '../../src/graphql/server/answers.ts';
import type { GraphqlAnswer } from './app.ts';

/** What a subscription is answered first, or why it is refused; then it ends. */
export async function firstAnswer(answers: Pick<Answers, 'subscribe'>, question: Question): Promise<GraphqlAnswer> {
  const cancellation = new Cancellation();
  const subscribed = await answers.subscribe(question, { cancellation });
  if ('refused' in subscribed) {
    const { status, text } = subscribed.refused;
    return { status, ...JSON.parse(text) };
  }
  const { value } = await subscribed.parts[Symbol.asyncIterator]().next();
  cancellation.cancel();
  return { status: 200, ...JSON.parse(value.result) };
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
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: variables === undefined ? { query } : { query, variables },
  };
}
