import { type FieldNode, type GraphQLResolveInfo, getArgumentValues, getNamedType, isObjectType } from 'graphql';
import { fieldsBelow } from '../../query/requested-fields.ts';

/**
 * Resolves fields of a type, and those below them, before it is known of what they will be asked: for a source that notes what
 * is read of it. Fields that may be skipped in the end are not left out, and what fails or comes later is passed over.
 */
export function lookAhead(
  fields: readonly FieldNode[],
  typeName: string,
  source: unknown,
  info: GraphQLResolveInfo,
): void {
  const type = info.schema.getType(typeName);
  if (!isObjectType(type)) return;
  for (const node of fields) {
    const field = type.getFields()[node.name.value];
    if (!field?.resolve) continue;
    try {
      const given = getArgumentValues(field, node, info.variableValues);
      const value: unknown = field.resolve(source, given, undefined, info);
      if (value instanceof Promise) value.catch(() => {});
      else lookAhead(fieldsBelow(node, info), getNamedType(field.type).name, value, info);
    } catch {
      // Whoever asks in earnest is told.
    }
  }
}
