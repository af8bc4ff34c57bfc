import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, Kind, visit } from 'graphql';
import { type Context, makeReaders } from './context.ts';
import type { Snapshot } from './snapshot.ts';

const figures = new Set(['callMetrics', 'metrics', 'totalCount']);

/**
 * Answers all figures of an operation from one snapshot of the database. An operation of one list or one row does
 * without: it would pay two statements more for nothing.
 */
export function snapshotPerOperation(open: () => Snapshot): ApolloServerPlugin<Context> {
  const known = new WeakMap<DocumentNode, boolean>();
  return {
    requestDidStart: async () => {
      let snapshot: Snapshot | undefined;
      return {
        didResolveOperation: async ({ document, contextValue }) => {
          const needed = known.get(document) ?? needsSnapshot(document);
          known.set(document, needed);
          if (!needed) return;
          const freshReaders = () => {
            void snapshot?.release();
            snapshot = open();
            return makeReaders(snapshot.db);
          };
          // This very object: Apollo runs an operation on a copy of the context that was made for its request.
          Object.assign(contextValue, { freshReaders, ...freshReaders() });
        },
        // The answer does not wait for it.
        willSendResponse: async () => void snapshot?.release(),
      };
    },
  };
}

function needsSnapshot(document: DocumentNode): boolean {
  let needed = document.definitions.some((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return false;
    const [first, ...more] = definition.selectionSet.selections;
    return more.length > 0 || first?.kind !== Kind.FIELD; // a fragment may hold several
  });
  visit(document, {
    Field: ({ name }) => {
      if (figures.has(name.value)) needed = true;
    },
  });
  return needed;
}
