import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** What is told of a connection that is being resolved. */
export type ConnectionInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** Fields by their names, and the names of those asked below each. */
export type RequestedFields = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The fields that a query asks of the rows of a connection, in nodes or in edges: by their names, none of them missing,
 * though some may be skipped or be of another type.
 */
export function requestedFields(info: ConnectionInfo): RequestedFields {
  const asked = new Map<string, Set<string>>();
  for (const field of fieldsOfRows(info)) {
    const names = asked.get(field.name.value) ?? new Set();
    for (const { name } of fieldsBelow(field, info)) names.add(name.value);
    asked.set(field.name.value, names);
  }
  return asked;
}

/** The fields that a query asks of the rows of a connection, in nodes or in edges. */
export function fieldsOfRows(info: ConnectionInfo): FieldNode[] {
  const below = (fields: readonly FieldNode[], name: string) =>
    fields.filter((field) => field.name.value === name).flatMap((field) => fieldsBelow(field, info));
  const connection = info.fieldNodes.flatMap((field) => fieldsBelow(field, info));
  return [...below(connection, 'nodes'), ...below(below(connection, 'edges'), 'node')];
}

/** The fields that are asked of what a field gives; some may be skipped, or be of another type. */
export function fieldsBelow(
  { selectionSet }: FieldNode,
  { fragments }: Pick<ConnectionInfo, 'fragments'>,
): FieldNode[] {
  return selectionSet ? fieldsOf(selectionSet, fragments) : [];
}

function fieldsOf({ selections }: SelectionSetNode, fragments: ConnectionInfo['fragments']): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'Field') return [selection];
    const set = 'selectionSet' in selection ? selection.selectionSet : fragments[selection.name.value]?.selectionSet;
    return set ? fieldsOf(set, fragments) : [];
  });
}
