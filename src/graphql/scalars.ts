import { type GraphQLLeafType, GraphQLScalarType, valueFromASTUntyped } from 'graphql';

const passOn = (value: unknown) => value;

/** Whether values of a type are shown as they are. */
export const isPassedOn = (type: GraphQLLeafType): boolean => type.serialize === passOn;

/**
 * A scalar whose values are checked where they are used: only there it is known which argument a wrong one came in, and
 * an error thrown from a scalar would lose its code.
 */
function checkedLater(name: string): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: passOn,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  });
}

export const scalars = {
  DateTime: checkedLater('DateTime'),
  TimeZone: checkedLater('TimeZone'),
  PhoneNumber: checkedLater('PhoneNumber'),
  Decimal: checkedLater('Decimal'),
  URL: checkedLater('URL'),
  JSON: checkedLater('JSON'),
  SafeInt: new GraphQLScalarType({
    name: 'SafeInt',
    serialize: (value) => {
      if (Number.isSafeInteger(value)) return value;
      throw new TypeError('SafeInt: not a whole number up to 2^53-1');
    },
  }),
};
