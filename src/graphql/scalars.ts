import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/**
 * A scalar whose values are checked where they are used: only there it is known which argument a wrong one came in, and
 * an error thrown from a scalar would lose its code.
 */
function checkedLater(name: string): GraphQLScalarType {
  return new GraphQLScalarType({
    name,
    serialize: (value) => value,
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
