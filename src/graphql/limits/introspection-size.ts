import {
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { RequestedOfObject } from './collect-fields.ts';

type Collect = (type: GraphQLObjectType, sets: readonly (SelectionSetNode | undefined)[]) => RequestedOfObject;

/** A field of introspection, what it gives, and where it is asked for. */
export type Introspection = { type: GraphQLType; value: unknown; fields: readonly FieldNode[] };

/** A field that leads to objects. */
type Way = { type: GraphQLObjectType; resolve: GraphQLFieldResolver<unknown, unknown>; fields: readonly FieldNode[] };

/** How many objects an introspection of this schema has, found by its own resolvers. Counting ends above `stopAt`. */
export function introspectionSize(
  schema: GraphQLSchema,
  { type, value, fields }: Introspection,
  collect: Collect,
  stopAt: number,
): number {
  let objects = 0;
  const known = new Map<readonly FieldNode[], Map<GraphQLObjectType, readonly Way[]>>();
  const named = getNamedType(type);
  if (isObjectType(named)) count(named, value, fields);
  return objects;

  function count(type: GraphQLObjectType, value: unknown, fields: readonly FieldNode[]): void {
    if (value === null || value === undefined || objects > stopAt) return;
    if (Array.isArray(value)) {
      for (const item of value) count(type, item, fields);
      return;
    }
    objects += 1;
    for (const way of waysOf(type, fields)) {
      // Whether deprecated parts are asked for is not looked at: with them there are more.
      const found = way.resolve(value, { includeDeprecated: true }, undefined, { schema } as never);
      count(way.type, found, way.fields);
    }
  }

  function waysOf(type: GraphQLObjectType, fields: readonly FieldNode[]): readonly Way[] {
    const ofFields = known.get(fields) ?? new Map<GraphQLObjectType, readonly Way[]>();
    known.set(fields, ofFields);
    const ways = ofFields.get(type) ?? findWays(type, fields);
    ofFields.set(type, ways);
    return ways;
  }

  function findWays(type: GraphQLObjectType, fields: readonly FieldNode[]): Way[] {
    const sets = fields.map(({ selectionSet }) => selectionSet);
    return [...collect(type, sets).values()].flatMap((same) => {
      const field = type.getFields()[same[0]?.name.value ?? ''];
      const below = field && getNamedType(field.type);
      return isObjectType(below) && field?.resolve ? [{ type: below, resolve: field.resolve, fields: same }] : [];
    });
  }
}
