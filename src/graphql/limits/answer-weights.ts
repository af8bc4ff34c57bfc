import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isIntrospectionType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Weights } from '../../graphql-executor/weights.ts';
import { isOfFigures } from './figure-lists.ts';
import { figureTypes } from './requested-figures.ts';

type Field = GraphQLField<unknown, unknown>;
type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/**
 * What parts of an answer cost, in what is counted of an operation before it runs: a row of a list is 1, a figure is 1, an object of
 * introspection is 1. So an answer costs no more than was requested, unless a list without pages is longer than it was taken for.
 */
export const answerWeights: Weights = {
  object: (type, fields) => {
    if (isIntrospectionType(type)) return 1;
    if (figureTypes.has(type.name)) return fields.filter((field) => isLeafType(getNamedType(field.type))).length;
    // Of a connection without rows something else was asked, such as how many there are.
    return isConnectionType(type) && !fields.some(({ name }) => name === 'nodes' || name === 'edges') ? 1 : 0;
  },
  entry: (field, nodes, fragments) => {
    const type = getNamedType(field.type);
    if (!isCompositeType(type) || isIntrospectionType(type)) return 0;
    return isFigureList(field) && isObjectType(type) && leadsToFigures(type, nodes, fragments) ? 0 : 1;
  },
};

function isConnectionType(type: GraphQLObjectType): boolean {
  const fields = type.getFields();
  return 'nodes' in fields && 'edges' in fields;
}

/** Whether the entries of a list are buckets, cells, groups or bins, or edges to such. */
function isFigureList(field: Field): boolean {
  if (!isListType(getNullableType(field.type))) return false;
  if (isOfFigures(field)) return true;
  const type = getNamedType(field.type);
  const node = isObjectType(type) ? type.getFields().node : undefined;
  return node !== undefined && isOfFigures(node);
}

/** Whether figures are asked below, which then count in place of the entries that they stand in. */
function leadsToFigures(
  type: GraphQLObjectType,
  of: readonly { readonly selectionSet?: SelectionSetNode | undefined }[],
  fragments: Fragments,
): boolean {
  if (figureTypes.has(type.name)) return true;
  return of.some(({ selectionSet }) =>
    selectionSet?.selections.some((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return leadsToFigures(type, [selection], fragments);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments[selection.name.value];
        return fragment !== undefined && leadsToFigures(type, [fragment], fragments);
      }
      return fieldLeadsToFigures(type, selection, fragments);
    }),
  );
}

function fieldLeadsToFigures(type: GraphQLObjectType, node: FieldNode, fragments: Fragments): boolean {
  const field = type.getFields()[node.name.value];
  if (!field) return false;
  if (isFigureList(field)) return true;
  const below = getNamedType(field.type);
  return isObjectType(below) && !isConnectionType(below) && leadsToFigures(below, [node], fragments);
}
