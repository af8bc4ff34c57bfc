import { type ValueNode, valueFromASTUntyped } from 'graphql';

/**
 * A scalar whose values are checked where they are used: only there it is known which argument a wrong one came in, and
 * an error thrown from a scalar would lose its code.
 */
const checkedLater = {
  serialize: (value: unknown) => value,
  parseValue: (value: unknown) => value,
  parseLiteral: (node: ValueNode, variables?: Record<string, unknown> | null) => valueFromASTUntyped(node, variables),
};

/** Functions alone: a scalar of one's own would come without the descriptions of the schema. */
export const scalars = {
  DateTime: checkedLater,
  TimeZone: checkedLater,
  PhoneNumber: checkedLater,
  Decimal: checkedLater,
  URL: checkedLater,
  JSON: checkedLater,
  SafeInt: {
    serialize: (value: unknown) => {
      if (Number.isSafeInteger(value)) return value;
      throw new TypeError('SafeInt: not a whole number up to 2^53-1');
    },
  },
};
