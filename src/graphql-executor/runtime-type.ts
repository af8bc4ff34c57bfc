import {
  assertType,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  isObjectType,
  isType,
} from 'graphql';
import type { Place } from './place.ts';

/** The object type that an abstract one was resolved to; the errors are those of graphql-js. */
export function objectTypeOf(
  place: Place,
  abstract: GraphQLAbstractType,
  name: unknown,
  value: unknown,
): GraphQLObjectType {
  const { schema, parentType, fieldName, fieldNodes } = place;
  const nodes = { nodes: fieldNodes };
  const where = `"${parentType.name}.${fieldName}"`;
  if (name === null || name === undefined) {
    throw new GraphQLError(
      `Abstract type "${abstract.name}" must resolve to an Object type at runtime for field ${where}. Either the "${abstract.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
      nodes,
    );
  }
  if (isObjectType(name)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string') {
    throw new GraphQLError(
      `Abstract type "${abstract.name}" must resolve to an Object type at runtime for field ${where} with value ${inspect(value)}, received "${inspect(name)}".`,
    );
  }
  const type = schema.getType(name);
  if (!type) {
    throw new GraphQLError(
      `Abstract type "${abstract.name}" was resolved to a type "${name}" that does not exist inside the schema.`,
      nodes,
    );
  }
  if (!isObjectType(type)) {
    throw new GraphQLError(`Abstract type "${abstract.name}" was resolved to a non-object type "${name}".`, nodes);
  }
  if (!schema.isSubType(abstract, type)) {
    throw new GraphQLError(`Runtime Object type "${type.name}" is not a possible type for "${abstract.name}".`, nodes);
  }
  return type;
}

const shown = /^Expected ([\s\S]*) to be a GraphQL type\.$/;

/** A value as graphql-js shows it in its messages, of which this is one: it offers no other way to have it shown so. */
export function inspect(value: unknown): string {
  if (isType(value)) return value.toString();
  try {
    return String(assertType(value));
  } catch (error) {
    return shown.exec((error as Error).message)?.[1] ?? String(value);
  }
}
