import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Numbers from 0 to below 1, by a seed. */
export type Random = () => number;

/** What questions are made with: what some viewer may know or guess. */
export type Known = {
  ids: readonly string[];
  /** Words, names, numbers; parts of them are asked for, too. */
  texts: readonly string[];
  instants: readonly string[];
  /** Cursors that answers gave; those of the service itself and of others. */
  cursors: readonly string[];
};

const pick = <Of>(random: Random, from: readonly Of[]): Of => from[Math.floor(random() * from.length)] as Of;
const chance = (random: Random, of: number) => random() < of;

/** Draws queries over a whole schema: any root field, any arguments and filters, any selection a few levels deep. */
export class RandomQueries {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #known: Known;
  readonly #without: ReadonlySet<string>;

  /** `without`: coordinates such as "Query.node" and "TimeRangeInput.last" that are not asked for. */
  constructor(schema: GraphQLSchema, random: Random, known: Known, without: readonly string[] = []) {
    this.#schema = schema;
    this.#random = random;
    this.#known = known;
    this.#without = new Set(without);
  }

  next(): string {
    const query = this.#schema.getQueryType() as GraphQLObjectType;
    const fields = this.#fieldsOf(query);
    const count = 1 + Math.floor(this.#random() * 2);
    const roots = Array.from({ length: count }, (_, n) => `r${n}: ${this.#field(pick(this.#random, fields), 4)}`);
    return `{ ${roots.join(' ')} }`;
  }

  #fieldsOf(type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
    return Object.values(type.getFields()).filter(({ name }) => !this.#without.has(`${type.name}.${name}`));
  }

  #field({ name, args, type }: GraphQLField<unknown, unknown>, depth: number): string {
    return `${name}${this.#arguments(args)}${this.#selection(type, depth)}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    // Pages are small, or most of the time would go into lists of everything.
    const given = args.filter(
      ({ name, type }) => isNonNullType(type) || chance(this.#random, name === 'first' ? 0.9 : 0.4),
    );
    // At most one end of a page.
    const isBackwards = chance(this.#random, 0.3);
    const kept = given.filter(({ name }) =>
      isBackwards ? name !== 'first' && name !== 'after' : name !== 'last' && name !== 'before',
    );
    return kept.length === 0
      ? ''
      : `(${kept.map(({ name, type }) => `${name}: ${this.#value(name, type, 2)}`).join(', ')})`;
  }

  #selection(type: GraphQLOutputType, depth: number): string {
    const named = getNamedType(type);
    if (isLeafType(named)) return '';
    if (isInterfaceType(named)) {
      const types = this.#schema.getPossibleTypes(named);
      const inner = types.map((one) => `... on ${one.name} ${this.#ofObject(one, depth - 1)}`);
      return ` { __typename id ${inner.join(' ')} }`;
    }
    return isObjectType(named) ? ` ${this.#ofObject(named, depth)}` : '';
  }

  #ofObject(type: GraphQLObjectType, depth: number): string {
    const isLeaf = ({ type: of }: GraphQLField<unknown, unknown>) => isLeafType(getNamedType(of));
    const fields = this.#fieldsOf(type);
    const leaves = fields.filter((field) => isLeaf(field) && chance(this.#random, 0.6));
    const others = depth > 0 ? fields.filter((field) => !isLeaf(field) && chance(this.#random, 1.2 / (5 - depth))) : [];
    const asked = [...leaves, ...others.slice(0, 4)];
    // The same field of different types must not be asked with different arguments.
    const alias = (name: string) => `${name}_${type.name}: `;
    const selected = asked.map((field) => `${alias(field.name)}${this.#field(field, depth - 1)}`);
    return `{ __typename ${selected.join(' ')} }`;
  }

  #value(name: string, type: GraphQLInputType, depth: number): string {
    if (isNonNullType(type)) return this.#value(name, type.ofType, depth);
    if (isListType(type)) {
      const length = name === 'by' ? 1 : Math.floor(this.#random() * 3);
      return `[${Array.from({ length }, () => this.#value(name, type.ofType, depth)).join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => !this.#without.has(`${type.name}.${field.name}`),
      );
      const some = type.isOneOf
        ? [pick(this.#random, fields)]
        : fields.filter((field) => isNonNullType(field.type) || chance(this.#random, 2.2 / fields.length));
      const isNesting = ({ type: of }: { type: GraphQLInputType }) => getNamedType(of) === (type as GraphQLNamedType);
      const kept = depth > 0 ? some : some.filter((field) => !isNesting(field));
      return `{ ${kept.map((field) => `${field.name}: ${this.#value(field.name, field.type, depth - 1)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return pick(this.#random, type.getValues()).name;
    return this.#leaf(name, type.name);
  }

  #leaf(name: string, type: string): string {
    const { ids, instants, cursors } = this.#known;
    const text = JSON.stringify;
    if (type === 'ID') return text(pick(this.#random, ids));
    if (type === 'Boolean') return String(chance(this.#random, 0.5));
    if (type === 'DateTime') return text(pick(this.#random, instants));
    if (type === 'TimeZone') return text(pick(this.#random, ['Asia/Kolkata', 'America/New_York', 'UTC', 'Nowhere']));
    if (type === 'Float') return pick(this.#random, ['50', '95', '0.5']);
    if (type === 'Decimal') return text(pick(this.#random, ['1', '1.5', '2.25']));
    if (type === 'Int' || type === 'SafeInt') {
      const isSmall = name === 'first' || name === 'last' || name === 'weekStartsOn';
      return String(isSmall ? 1 + Math.floor(this.#random() * 5) : this.#number());
    }
    if (name === 'after' || name === 'before') return text(cursors.length > 0 ? pick(this.#random, cursors) : 'none');
    return text(this.#text());
  }

  #number(): number {
    return pick(this.#random, [0, 1, 5, 7, 20, 60, 100, 3600]);
  }

  #text(): string {
    const whole = pick(this.#random, this.#known.texts);
    if (chance(this.#random, 0.5)) return whole;
    const from = Math.floor(this.#random() * whole.length);
    return whole.slice(from, from + 1 + Math.floor(this.#random() * 6));
  }
}
