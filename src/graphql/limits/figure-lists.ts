import { type GraphQLField, getNamedType, isObjectType } from 'graphql';
import { figureTypes } from './requested-figures.ts';

/** Whether a field leads to figures rather than rows: buckets, cells, groups and bins are no rows. */
export function isOfFigures(field: GraphQLField<unknown, unknown>): boolean {
  const type = getNamedType(field.type);
  if (figureTypes.has(type.name)) return true;
  if (!isObjectType(type) || type.getInterfaces().length > 0) return false;
  return Object.values(type.getFields()).some((one) => figureTypes.has(getNamedType(one.type).name));
}
