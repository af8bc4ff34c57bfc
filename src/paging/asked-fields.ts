import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** What is told of a connection that is being resolved. */
export type ConnectionInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** Fields by their names, and the names of those asked below each. */
export type AskedFields = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The fields that a query asks of the rows of a connection, in nodes or in edges: by their names, none of them missing,
 * though some may be skipped or be of another type.
 */
export function askedFields({ fieldNodes, fragments }: ConnectionInfo): AskedFields {
  const below = (sets: readonly SelectionSetNode[], name: string) =>
    sets.flatMap((set) => fieldsOf(set, fragments)).flatMap((field) => (field.name.value === name ? setOf(field) : []));
  const connection = fieldNodes.flatMap(setOf);
  const rows = [...below(connection, 'nodes'), ...below(below(connection, 'edges'), 'node')];
  const names = (sets: readonly SelectionSetNode[]) =>
    new Set(sets.flatMap((set) => fieldsOf(set, fragments)).map(({ name }) => name.value));
  return new Map([...names(rows)].map((name) => [name, names(below(rows, name))]));
}

const setOf = ({ selectionSet }: FieldNode): readonly SelectionSetNode[] => (selectionSet ? [selectionSet] : []);

function fieldsOf({ selections }: SelectionSetNode, fragments: ConnectionInfo['fragments']): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'Field') return [selection];
    const set = 'selectionSet' in selection ? selection.selectionSet : fragments[selection.name.value]?.selectionSet;
    return set ? fieldsOf(set, fragments) : [];
  });
}
