import { type ASTNode, type DocumentNode, type GraphQLError, Kind, visit } from 'graphql';
import type { ArgumentPath } from '../errors.ts';

const wrongValue =
  /^(Expected value of type|Expected non-nullable type|Value "|Field "[^"]*" (of required type|is not defined by type|must be non-null)|OneOf Input Object|Enum "|\w+ cannot represent|Exactly one key must be specified)/;
const wrongVariable = /^Variable "\$(\w+)" (?:got invalid value|of (?:non-null|required) type)/;
const missingArgument = /^Argument "(\w+)" (?:of non-null type|of required type|has invalid value)/;

/** Which argument an error of graphql-js itself is about; null if it is about none. */
export function argumentPathOf(error: GraphQLError, document: DocumentNode | undefined): ArgumentPath | null {
  const variable = wrongVariable.exec(error.message)?.[1];
  if (variable) {
    const inside = /at "\w+((?:\.\w+|\[\d+\])*)"/.exec(error.message)?.[1] ?? '';
    const steps = [...inside.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
    const outside = document && pathTo(document, (node) => node.kind === Kind.VARIABLE && node.name.value === variable);
    return [...(outside ?? [variable]), ...steps];
  }
  const argument = missingArgument.exec(error.message)?.[1];
  if (argument) return [argument];
  const wrong = error.nodes?.[0];
  if (!wrong || !document || !wrongValue.test(error.message)) return null;
  return pathTo(document, (node) => node === wrong);
}

/** The way from an argument down to a value in it. */
function pathTo(document: DocumentNode, isWanted: (node: ASTNode) => boolean): ArgumentPath | null {
  let found: (string | number)[] | null = null;
  const path: (string | number)[] = [];
  visit(document, {
    VariableDefinition: () => false,
    enter(node, key, parent) {
      if (node.kind === Kind.ARGUMENT) path.length = 0;
      if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) path.push(node.name.value);
      if (Array.isArray(parent) && typeof key === 'number' && isListItem(node)) path.push(key);
      if (!found && path.length > 0 && isWanted(node)) found = [...path];
      return undefined;
    },
    leave(node, key, parent) {
      if (Array.isArray(parent) && typeof key === 'number' && isListItem(node)) path.pop();
      if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) path.pop();
      return undefined;
    },
  });
  return found;
}

/** Values stand in an array only as items of a list value. */
function isListItem(node: ASTNode): boolean {
  return (
    node.kind === Kind.VARIABLE || node.kind === Kind.OBJECT || node.kind === Kind.LIST || /Value$/.test(node.kind)
  );
}
