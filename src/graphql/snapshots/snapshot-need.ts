import { type DocumentNode, type GraphQLSchema, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import { needOfField, type SnapshotNeed } from './snapshot-marks.ts';

/** Tells what the operations of a document need: what their fields say, and a snapshot where there are several roots. */
export function snapshotNeeds(schema: GraphQLSchema): (document: DocumentNode) => SnapshotNeed {
  const known = new WeakMap<DocumentNode, SnapshotNeed>();
  return (document) => {
    const need = known.get(document) ?? needOf(document, schema);
    known.set(document, need);
    return need;
  };
}

function needOf(document: DocumentNode, schema: GraphQLSchema): SnapshotNeed {
  const needs = new Set<SnapshotNeed>();
  const types = new TypeInfo(schema);
  const Field = () => {
    const field = types.getFieldDef();
    if (field) needs.add(needOfField(field));
  };
  visit(document, visitWithTypeInfo(types, { Field }));
  if (needs.has('shared')) return 'shared';
  return needs.has('own') || hasSeveralRoots(document) ? 'own' : 'none';
}

function hasSeveralRoots({ definitions }: DocumentNode): boolean {
  return definitions.some((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return false;
    const [first, ...more] = definition.selectionSet.selections;
    return more.length > 0 || first?.kind !== Kind.FIELD; // a fragment may hold several
  });
}
