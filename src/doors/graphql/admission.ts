import { noLongerValid } from '../../access/unauthenticated.ts';
import { Cancellation } from '../../cancellation.ts';
import type { Answer, Answers, Question } from '../../graphql/server/answers.ts';
import { refusal } from '../../graphql/server/refusal.ts';
import { QuestionCount } from './question-count.ts';

export type AdmissionLimits = {
  /** How many questions may wait or be answered at once; equal ones count once. */
  queue: number;
  /** How long a question may take, from when it was received. */
  operationMs: number;
};

/** Unless a setting says otherwise. */
export const defaultAdmission: AdmissionLimits = { queue: 1000, operationMs: 30_000 };

/** Who asks: whether the client is still there, and whether they may still have an answer. */
export type Asker = { connection: Cancellation; standing: Cancellation };

/**
 * The one place where questions are let in. Whatever waits or is being answered, anywhere, is counted here until its work
 * has ended: so every queue behind is bounded, too. A question ends after its time, or when its client leaves.
 */
export class Admission {
  readonly #answers: Pick<Answers, 'answer'>;
  readonly #limits: AdmissionLimits;
  readonly #questions: QuestionCount;

  constructor(answers: Pick<Answers, 'answer'>, limits: AdmissionLimits) {
    this.#answers = answers;
    this.#limits = limits;
    this.#questions = new QuestionCount(limits.queue);
  }

  /** How many questions are counted just now. */
  get count(): number {
    return this.#questions.count;
  }

  async answer(question: Question, { connection, standing }: Asker): Promise<Answer> {
    // Its body may have come long after its head.
    if (standing.isCancelled) return mayNoLonger(standing);
    const place = this.#questions.enter(nameOf(question), question.chargedTo);
    if ('full' in place) {
      return refusal(503, { code: 'OVERLOADED', message: place.full }, { 'retry-after': '2' });
    }
    const cancellation = new Cancellation();
    const off = connection.onCancel(() => cancellation.cancel());
    const answering = this.#answers
      .answer(question, { cancellation, onShared: place.onShared })
      .catch((error: unknown) => {
        if (!cancellation.isCancelled) throw error;
        return tookTooLong(this.#limits.operationMs);
      })
      .finally(() => place.leave());
    return this.#inTime(answering, { cancellation, standing }).finally(off);
  }

  #inTime(
    answering: Promise<Answer>,
    { cancellation, standing }: { cancellation: Cancellation; standing: Cancellation },
  ): Promise<Answer> {
    const { operationMs } = this.#limits;
    return new Promise((resolve, reject) => {
      const end = (answer: Answer) => {
        resolve(answer);
        cancellation.cancel();
      };
      const clock = setTimeout(() => end(tookTooLong(operationMs)), operationMs);
      const off = standing.onCancel(() => end(mayNoLonger(standing)));
      answering.then(resolve, reject).finally(() => {
        clearTimeout(clock);
        off();
      });
    });
  }
}

function tookTooLong(operationMs: number): Answer {
  const allowed = `${operationMs / 1000} s`;
  const message = `The question was not answered within ${allowed}. Narrow its range or filter, ask for less at once, or try again.`;
  return refusal(200, { code: 'TIMEOUT', message, allowed });
}

function mayNoLonger({ reason }: Cancellation): Answer {
  const { code, message, details } = reason ?? noLongerValid();
  return refusal(401, { code, message, ...details });
}

/** What tells a question from others that are asked; the headers say only how the answer is wanted. */
function nameOf({
  requestId: _id,
  chargedTo: _chargedTo,
  refused: _refused,
  accessLogLost: _lost,
  headers: _headers,
  ...asked
}: Question): string {
  return JSON.stringify(asked);
}
