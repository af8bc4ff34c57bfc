import { type ApolloServerPlugin, type GraphQLRequestContext, type GraphQLResponse, HeaderMap } from '@apollo/server';
import {
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { keyOfViewer } from '../../access/viewer.ts';
import type { Cancellation } from '../../cancellation.ts';
import { expectedFailure } from '../../failures.ts';
import type { SourceChooser } from '../../metrics/choose-source.ts';
import { instantOf } from '../../time/instant.ts';
import { type Context, makeReaders } from '../context.ts';
import { Semaphore } from '../server/semaphore.ts';
import { SingleFlight, type Turn } from '../server/single-flight.ts';
import type { SharedSnapshot } from './shared-snapshots.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotNeeds } from './snapshot-need.ts';

/** Where operations have their snapshots from. */
export type Snapshots = {
  own: (cancellation: Cancellation) => Snapshot;
  shared: (cancellation: Cancellation) => SharedSnapshot;
};

/**
 * So many queries whose figures are computed in this process are under way at once: more would not be done sooner, and each
 * holds a snapshot and what it has gathered.
 */
const figuresAtOnce = 12;

/** What others may have of an operation: its answer, what its figures came from, and what it comes to. */
type Computed = { answer: FormattedExecutionResult; sources: SourceChooser; weight: number };

/**
 * Answers all figures of an operation from one snapshot of the database. An operation of one list or one row does
 * without: it would pay two statements more for nothing. Of queries that are the same one is computed at a time, and its
 * answer is that of all that came before its snapshot was taken.
 */
export function snapshotPerOperation(schema: GraphQLSchema, snapshots: Snapshots): ApolloServerPlugin<Context> {
  const needOf = snapshotNeeds(schema);
  const queries = {
    shared: new SingleFlight<Computed>(new Semaphore(figuresAtOnce)),
    own: new SingleFlight<Computed>(new Semaphore(Number.POSITIVE_INFINITY)),
  };
  const turns = new WeakMap<object, Turn<Computed>>();
  return {
    requestDidStart: async (request) => {
      let snapshot: Snapshot | undefined;
      return {
        didResolveOperation: async ({ document, operation, contextValue }) => {
          const need = needOf(document);
          if (contextValue.live && 'open' in contextValue.live) return;
          contextValue.onShared?.(need !== 'none' && isQuestion(operation, contextValue));
          if (need === 'none') return;
          const isShared = need === 'shared' && isQuestion(operation, contextValue);
          const { viewer } = contextValue;
          const freshReaders = () => {
            void snapshot?.release();
            if (!isShared) {
              snapshot = snapshots.own(contextValue.cancellation);
              return makeReaders({ viewer, ...snapshot }, contextValue);
            }
            const opened = snapshots.shared(contextValue.cancellation);
            snapshot = opened;
            contextValue.sources.shareStates(opened.db, opened.states);
            return makeReaders({ viewer, ...opened }, contextValue);
          };
          // This very object: Apollo runs an operation on a copy of the context that was made for its request.
          Object.assign(contextValue, { freshReaders, ...freshReaders() });
        },
        responseForOperation: async ({ contextValue, document, operation }) => {
          if (!snapshot || !isQuestion(operation, contextValue)) return null;
          const isShared = needOf(document) === 'shared';
          const { cancellation } = contextValue;
          const entered = await queries[isShared ? 'shared' : 'own']
            .enter(nameOf(request), cancellation)
            .catch(orEnded);
          if ('ended' in entered) return entered.ended;
          if ('end' in entered) {
            turns.set(request, entered);
            contextValue.now = instantOf(Date.now());
            return null;
          }
          const { answer, sources, weight } = entered.result;
          contextValue.sources = sources;
          contextValue.tally.weight = weight;
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { ...answer } } };
        },
        willSendResponse: async ({ response: { body }, contextValue: { sources, tally } }) => {
          // The answer does not wait for it.
          void snapshot?.release();
          const isShared = body.kind === 'single' && isForAll(body.singleResult);
          turns
            .get(request)
            ?.end(isShared ? { answer: answerOf(body.singleResult), sources, weight: tally.weight } : null);
        },
      };
    },
    unexpectedErrorProcessingRequest: async ({ requestContext }) => turns.get(requestContext)?.end(null),
  };
}

/** Whether all that ask the same are answered the same: a query, or a subscription that asks anew and is not told of one change. */
function isQuestion(operation: OperationDefinitionNode | undefined, { live }: Pick<Context, 'live'>): boolean {
  const asksAnew = live !== null && 'event' in live && live.event.token === null;
  return operation?.operation === OperationTypeNode.QUERY || asksAnew;
}

/** The answer of a query that ended while it waited for its turn. */
function orEnded(error: unknown): { ended: GraphQLResponse } {
  const failure = expectedFailure(error);
  if (!failure) throw error;
  const errors = [{ message: failure.message, extensions: { code: failure.code } }];
  return { ended: { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { errors } } } };
}

/** What tells a query from others, to whoever may see the same. */
function nameOf({ source, request, contextValue: { viewer, isForeign } }: GraphQLRequestContext<Context>): string {
  return JSON.stringify([keyOfViewer(viewer), isForeign, request.operationName, request.variables, source]);
}

/** Whether others who asked the same would be answered the same: not where it was not run, or ended with its client. */
function isForAll({ data, errors }: FormattedExecutionResult): boolean {
  return data !== undefined || errors?.some(({ extensions }) => extensions?.code === 'TOO_EXPENSIVE') === true;
}

function answerOf({ data, errors }: FormattedExecutionResult): FormattedExecutionResult {
  return { ...(data !== undefined && { data }), ...(errors && { errors }) };
}
