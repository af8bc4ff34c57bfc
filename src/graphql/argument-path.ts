import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { ArgumentPath } from '../errors.ts';

/** Which argument an error of graphql-js itself is about, and what the schema allows there. */
export type WrongArgument = { argument: ArgumentPath; allowed: string };

const wrongValue =
  /^(Expected value of type|Expected non-nullable type|Value "|Field "[^"]*" (of required type|is not defined by type|must be non-null)|OneOf Input Object|Enum "|\w+ cannot represent|Exactly one key must be specified)/;
const wrongVariable = /^Variable "\$(\w+)" (?:got invalid value|of (?:non-null|required) type)/;
const wrongArgument = /^Argument "\w+" (?:of non-null type|of required type|has invalid value)/;
/** Names a field of the value that the error points at. */
const fieldOfValue = /Field "(?:\w+\.)?(\w+)" (?:of required type|is not defined by type|must be non-null)/;

/** Null if the error is about no argument. */
export function wrongArgumentOf(
  error: GraphQLError,
  document: DocumentNode | undefined,
  schema: GraphQLSchema,
): WrongArgument | null {
  const { message } = error;
  const variable = wrongVariable.exec(message)?.[1];
  const node = error.nodes?.[0];
  if (!document || !(variable || (node && (wrongValue.test(message) || wrongArgument.test(message))))) return null;
  const place = findPlace(document, schema, (at) =>
    variable ? at.kind === Kind.VARIABLE && at.name.value === variable : at === node,
  );
  if (!place) return null;
  const inside = variable && /at "\w+((?:\.\w+|\[\d+\])*)"/.exec(message)?.[1];
  const steps = [...(inside ?? '').matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  const argument = [...place.argument, ...steps];
  const field = fieldOfValue.exec(message)?.[1];
  if (field && argument.at(-1) !== field) argument.push(field);
  return { argument, allowed: allowedAt(place.type, argument.slice(1)) };
}

type Place = { argument: (string | number)[]; type: GraphQLInputType | undefined };

/** The way from an argument down to a value in it, and the argument's type. */
function findPlace(document: DocumentNode, schema: GraphQLSchema, isWanted: (node: ASTNode) => boolean): Place | null {
  const types = new TypeInfo(schema);
  let found: Place | null = null;
  const path: (string | number)[] = [];
  const visitor = visitWithTypeInfo(types, {
    VariableDefinition: () => false,
    enter(node, key, parent) {
      if (node.kind === Kind.ARGUMENT) path.length = 0;
      if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) path.push(node.name.value);
      if (Array.isArray(parent) && typeof key === 'number' && isListItem(node)) path.push(key);
      if (!found && path.length > 0 && isWanted(node)) found = { argument: [...path], type: types.getArgument()?.type };
      return undefined;
    },
    leave(node, key, parent) {
      if (Array.isArray(parent) && typeof key === 'number' && isListItem(node)) path.pop();
      if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) path.pop();
      return undefined;
    },
  });
  visit(document, visitor);
  return found;
}

/** Values stand in an array only as items of a list value. */
function isListItem(node: ASTNode): boolean {
  return (
    node.kind === Kind.VARIABLE || node.kind === Kind.OBJECT || node.kind === Kind.LIST || /Value$/.test(node.kind)
  );
}

/** What the schema allows at a place below a type. */
function allowedAt(type: GraphQLInputType | undefined, steps: ArgumentPath): string {
  let at: GraphQLType | undefined = type;
  for (const step of steps) {
    const object = getNamedType(at);
    if (typeof step === 'number') at = itemOf(at);
    else if (isInputObjectType(object)) {
      const fields = object.getFields();
      if (!fields[step]) return `a field of ${object.name}: ${listOf(Object.keys(fields))}`;
      at = fields[step].type;
    }
  }
  const one = getNullableType(at);
  if (isEnumType(one)) return listOf(one.getValues().map(({ name }) => name));
  if (isInputObjectType(one) && one.isOneOf) return `exactly one of ${listOf(Object.keys(one.getFields()))}`;
  return `a value of type ${at}`;
}

function itemOf(type: GraphQLType | undefined): GraphQLType | undefined {
  const list = getNullableType(type);
  return isListType(list) ? list.ofType : undefined;
}

const listOf = (names: readonly string[]) => names.join(', ');
