import type { FieldNode, GraphQLResolveInfo, SelectionSetNode } from 'graphql';

/** What is told of a connection that is being resolved. */
export type ConnectionInfo = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

const known = new WeakMap<readonly FieldNode[], ReadonlySet<string>>();

/**
 * The fields that a query asks of the rows of a connection, in nodes or in edges: by their names, none of them missing,
 * though some may be skipped or be of another type.
 */
export function askedFields({ fieldNodes, fragments }: ConnectionInfo): ReadonlySet<string> {
  const before = known.get(fieldNodes);
  if (before) return before;
  const below = (sets: readonly SelectionSetNode[], name: string) =>
    sets.flatMap((set) => fieldsOf(set, fragments)).flatMap((field) => (field.name.value === name ? setOf(field) : []));
  const connection = fieldNodes.flatMap(setOf);
  const rows = [...below(connection, 'nodes'), ...below(below(connection, 'edges'), 'node')];
  const asked = new Set(rows.flatMap((set) => fieldsOf(set, fragments)).map(({ name }) => name.value));
  known.set(fieldNodes, asked);
  return asked;
}

const setOf = ({ selectionSet }: FieldNode): readonly SelectionSetNode[] => (selectionSet ? [selectionSet] : []);

function fieldsOf({ selections }: SelectionSetNode, fragments: ConnectionInfo['fragments']): FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'Field') return [selection];
    const set = 'selectionSet' in selection ? selection.selectionSet : fragments[selection.name.value]?.selectionSet;
    return set ? fieldsOf(set, fragments) : [];
  });
}
