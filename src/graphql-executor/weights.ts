import type { FieldNode, FragmentDefinitionNode, GraphQLField, GraphQLObjectType } from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** What parts of an answer count. Asked once for each place of a query, not for each object. */
export type Weights = {
  /** What an object of a type counts of which these fields are asked, beside what is below them. */
  object: (type: GraphQLObjectType, fields: readonly Field[]) => number;
  /** What each entry of a field's list counts, beside what is in it. */
  entry: (
    field: Field,
    nodes: readonly FieldNode[],
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  ) => number;
};

/** What an answer has come to so far, by the weights of its parts. */
export type Tally = { weight: number };
