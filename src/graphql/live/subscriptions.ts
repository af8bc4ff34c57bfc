import type { ApolloServer } from '@apollo/server';
import { createSourceEventStream, type DocumentNode } from 'graphql';
import { Cancellation } from '../../cancellation.ts';
import { writeResult } from '../../graphql-executor/written-json.ts';
import type { Context } from '../context.ts';
import type { RequestedOperation } from '../limits/requested-operation.ts';
import type { LiveStep, LiveValue } from './live-step.ts';

/** One answer of a subscription. It can be sent to another thread. */
export type LivePart = {
  /** As JSON: data, errors, extensions. */
  result: string;
  /** See LiveValue. */
  token: string | null;
  rows: number;
  cost: number;
};

/** Opens the source of a subscription's events, while Apollo takes its operation for one that it executes. */
export class Opening {
  source: AsyncIterable<LiveValue> | null = null;
  document: DocumentNode | null = null;
  readonly step: LiveStep = {
    open: async (asked) => {
      this.document = asked.document;
      const opened = await createSourceEventStream(asked);
      if (!(Symbol.asyncIterator in opened)) return opened;
      this.source = opened as AsyncIterable<LiveValue>;
      return {};
    },
  };
}

export type EventParts = {
  apollo: ApolloServer<Context>;
  operation: RequestedOperation;
  /** What an event is answered with. */
  contextFor: (event: LiveValue, cancellation: Cancellation) => Context;
  /** Settles when one more may be answered; what it gives must be called once it is. */
  enter: () => Promise<() => void>;
  /** Waits until the payer can pay so much. */
  pay: (cost: number) => Promise<void>;
  cancellation: Cancellation;
};

/** The answers to a subscription's events, each a question of its own, until it is cancelled. */
export async function* answerEvents(
  source: AsyncIterable<LiveValue>,
  { apollo, operation, contextFor, enter, pay, cancellation }: EventParts,
): AsyncGenerator<LivePart> {
  let last: string | undefined;
  for await (const event of source) {
    const leave = await enter();
    // One of its own: its answer may be given up by itself, for its size.
    const own = new Cancellation();
    const off = cancellation.onCancel(() => own.cancel(cancellation.reason ?? undefined));
    const contextValue = contextFor(event, own);
    const { body } = await apollo.executeOperation(operation, { contextValue }).finally(() => {
      off();
      leave();
    });
    cancellation.throwIfCancelled();
    if (body.kind !== 'single') throw new Error('the schema has nothing that is answered in parts');
    const { singleResult: result } = body;
    const { rows, actualCost } = contextValue.receipt;
    const cost = actualCost ?? 1;
    await pay(cost);
    const { token } = event;
    if (token === null) {
      const { extensions: _cost, ...told } = result;
      const figures = writeResult(told);
      if (figures === last) continue;
      last = figures;
    } else {
      result.extensions = { ...result.extensions, token };
    }
    yield { result: writeResult(result), token, rows: rows ?? 0, cost };
  }
}
