import {
  coerceInputValue,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import type { AppError } from '../../errors.ts';
import type { CallFilter } from '../generated/inputs.ts';
import type { ExportTable } from './parameters.ts';
import {
  badParameter,
  type ReadParameters,
  type SentParameters,
  splitList,
  unknownParameter,
} from './read-parameters.ts';

type Conditions = Record<string, unknown>;

/** The filter's fields that are parameters: all but those that take filters themselves. */
export function filterFields(schema: GraphQLSchema): GraphQLInputField[] {
  const type = schema.getType('CallFilter') as GraphQLInputObjectType;
  return Object.values(type.getFields()).filter((field) => getNamedType(field.type) !== type);
}

/** The filter that single parameters and the parameter `filter` say together. */
export function readFilter(
  schema: GraphQLSchema,
  table: ExportTable,
  { values, others }: ReadParameters,
  { isAddress }: Pick<SentParameters, 'isAddress'>,
): CallFilter {
  const fields = new Map(filterFields(schema).map((field) => [field.name, field]));
  const filter: Conditions = { ...(values.filter as Conditions | undefined) };
  for (const [name, sent] of others) {
    const [fieldName = '', operator, ...more] = name.split('.');
    const field = fields.get(fieldName);
    if (!field || more.length > 0) throw unknownParameter(table, name, [...fields.keys()]);
    add(filter, name, conditionOf(name, field, operator, sent, isAddress));
  }
  const read = checked(schema, filter);
  if (isAddress) refuseNumbers(read);
  return read;
}

/** What one parameter says, as a condition on its field. */
function conditionOf(
  name: string,
  { name: fieldName, type }: GraphQLInputField,
  operator: string | undefined,
  sent: unknown,
  isAddress: boolean,
): Conditions {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) {
    if (operator !== undefined) throw badParameter(name, 'has an operator', 'none', `${fieldName}=true`);
    return { [fieldName]: isAddress ? booleanOf(sent) : sent };
  }
  const operators = named.getFields();
  // By a body the operators may stand in an object, as in a filter.
  if (operator === undefined && typeof sent === 'object' && sent !== null && !Array.isArray(sent)) {
    return { [fieldName]: sent };
  }
  const values = typeof sent === 'string' && isAddress ? splitList(sent) : sent;
  const isSeveral = Array.isArray(values) && values.length !== 1;
  const meant = operator ?? (isSeveral || (Array.isArray(values) && !isAddress) ? 'in' : 'eq');
  const found = operators[meant];
  if (!found) {
    throw badParameter(
      name,
      operator === undefined ? 'needs an operator behind a dot' : `${operator} is no operator of it`,
      Object.keys(operators)
        .map((one) => `${fieldName}.${one}`)
        .join(', '),
      `${fieldName}.${'gte' in operators ? 'gte' : 'eq'}=...`,
    );
  }
  const isList = isListType(getNullableType(found.type));
  if (!isList && isSeveral && isAddress) {
    // A comma may be part of a text: only several values of a list are parted by it.
    return { [fieldName]: { [meant]: typedValue(sent, found) } };
  }
  const single = Array.isArray(values) && !isList && isAddress ? values[0] : values;
  return { [fieldName]: { [meant]: isAddress ? typedValue(single, found) : values } };
}

/** What texts of an address stand for. */
function typedValue(value: unknown, field: GraphQLInputField): unknown {
  if (Array.isArray(value)) return value.map((one) => typedValue(one, field));
  const { name } = getNamedType(field.type);
  if (name === 'Boolean') return booleanOf(value);
  return name === 'Int' && /^-?\d{1,15}$/.test(String(value)) ? Number(value) : value;
}

const booleanOf = (text: unknown) => (text === 'true' ? true : text === 'false' ? false : text);

/** Each operator of a field may be told once, wherever it is told. */
function add(filter: Conditions, parameter: string, condition: Conditions): void {
  for (const [name, told] of Object.entries(condition)) {
    const before = filter[name];
    if (before === undefined) {
      filter[name] = told;
      continue;
    }
    const twice =
      typeof before !== 'object' || before === null || Object.keys(told as object).some((one) => one in before);
    if (twice) {
      throw badParameter(parameter, 'is told twice', 'each condition once; two of one field by filter with and');
    }
    filter[name] = { ...(before as object), ...(told as object) };
  }
}

/** Whether a filter tells a number, or a part of one. */
function tellsNumber({ and, or, not, customerNumber, agentNumber }: CallFilter): boolean {
  const told = [customerNumber, agentNumber].flatMap((one) => Object.keys(one ?? {}));
  return (
    told.some((operator) => operator !== 'isNull') ||
    [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].some(tellsNumber)
  );
}

function refuseNumbers(filter: CallFilter): void {
  if (!tellsNumber(filter)) return;
  throw badParameter(
    'customerNumber, agentNumber',
    'a phone number stands in the address, and addresses end in logs',
    'the same by POST, with the parameters as a JSON object in the body',
    `curl -X POST -H 'content-type: application/json' -d '{"last":"P7D","customerNumber":{"eq":"+91..."}}'`,
  );
}

function checked(schema: GraphQLSchema, filter: Conditions): CallFilter {
  const type = schema.getType('CallFilter') as GraphQLInputObjectType;
  let wrong: AppError | undefined;
  const read = coerceInputValue(filter, type, (path, _value, error) => {
    const name = path.length > 0 ? path.join('.') : 'filter';
    wrong ??= badParameter(name, shortened(error.message), allowedAt(type, path));
  });
  if (wrong) throw wrong;
  return read as CallFilter;
}

/** What may stand at a place of a filter. */
function allowedAt(filter: GraphQLInputObjectType, path: readonly (string | number)[]): string {
  let type: GraphQLNamedType = filter;
  for (const step of path) {
    const field: GraphQLInputField | undefined =
      isInputObjectType(type) && typeof step === 'string' ? type.getFields()[step] : undefined;
    if (field) type = getNamedType(field.type);
  }
  if (isEnumType(type))
    return type
      .getValues()
      .map(({ name }) => name)
      .join(', ');
  if (isInputObjectType(type)) return Object.keys(type.getFields()).join(', ');
  return type.name === 'Int' ? 'a whole number' : `a value of the type ${type.name}`;
}

function shortened(message: string): string {
  const text = message.replace(/\.$/, '');
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
