import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError, type GraphQLResolveInfo, GraphQLScalarType, responsePathAsArray } from 'graphql';

const typeDefs = `
  scalar Odd
  enum Mood { GLAD SAD }
  input Where { x: Int!, mood: Mood = GLAD, more: [Where!] }
  interface Named { name: String }
  type Person implements Named {
    name: String
    count: Int!
    rate: Float
    isIn: Boolean
    id: ID!
    mood: Mood
    moods: [Mood!]
    odd: Odd
    matrix: [[Int!]]
    best: Person
    strict: Person!
    friends: [Named!]
    people: [Person]!
    grid: [[Person!]!]
    echo(n: Int! = 3, moods: [Mood!], where: Where): String
  }
  type Dog implements Named { name: String owner: Person! count: Int! }
  union Any = Person | Dog
  type Query {
    name: String
    count: Int!
    mood: Mood!
    odd: Odd
    matrix: [[Int!]]
    person: Person
    strict: Person!
    named: Named
    any: [Any!]
    anyOne: Any!
    people: [Person!]!
    grid: [[Person]]
    echo(n: Int! = 3, moods: [Mood!], where: Where): String
  }
  type Mutation { bump: Int }
`;

/** What decides how every field of one execution behaves. */
export type World = { seed: number; bumps: number };

/** The same seed, the same behaviour. A negative one: nothing fails. */
export const worldOf = (seed: number): World => ({ seed, bumps: 0 });

function hash(text: string): number {
  let h = 2_166_136_261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16_777_619);
  h ^= h >>> 15;
  return Math.imul(h, 2_246_822_519) >>> 0;
}

type Field = { type: string; key: string; seed: number };

/** A value of a type: as often as not one that makes trouble. Objects carry what their own fields will need. */
function valueFor({ type, key, seed }: Field): unknown {
  const draw = hash(`${seed} ${key} ${type}`);
  const isList = type.startsWith('[');
  if (seed >= 0) {
    switch (draw % 29) {
      case 0:
        return null;
      case 1:
        return undefined;
      case 2:
        return new Error(`${key} is an error`);
      case 3:
        throw new Error(`${key} throws`);
      case 4:
        throw new GraphQLError(`${key} refuses`, { extensions: { code: 'NO', key } });
      case 5:
        return Promise.reject(new Error(`${key} rejects`));
      case 6:
        return isList ? 'no list' : type === 'Int' ? 'no number' : type === 'Mood' ? 'BORED' : {};
      case 7:
        return Promise.resolve(null);
      case 8:
        throw `${key} throws a text`;
    }
  }
  const wait = seed >= 0 && draw % 3 === 0;
  const value = isList ? itemsFor(type, key, seed) : plainValue(type, key, seed, draw);
  if (!wait) return value;
  let later: Promise<unknown> = Promise.resolve(value);
  for (let i = 0; i < draw % 5; i++) later = later.then((same) => same);
  return later;
}

function itemsFor(type: string, key: string, seed: number): unknown {
  const item = type.slice(1, -1).replace(/!$/, '');
  const draw = hash(`items ${seed} ${key}`);
  const isLater = seed >= 0 && draw % 4 === 0;
  const items = Array.from({ length: draw % 4 }, (_, i) => {
    const of = { type: item, key: `${key}.${i}`, seed };
    if (!isLater) return quiet(of);
    return Promise.resolve().then(() => valueFor(of));
  });
  return draw % 7 === 0 ? new Set(items) : items;
}

/** graphql-js leaves promises of a list unheard when a later item throws: items that are there throw and reject nothing. */
function quiet(field: Field): unknown {
  try {
    const value = valueFor(field);
    if (!(value instanceof Promise)) return value;
    value.catch(() => {});
    return null;
  } catch (error) {
    return error instanceof Error ? error : null;
  }
}

function plainValue(type: string, key: string, seed: number, draw: number): unknown {
  switch (type) {
    case 'Int':
      return draw % 13 === 0 ? 1.5 : draw % 1000;
    case 'Float':
      return draw % 13 === 0 ? Number.NaN : draw / 7;
    case 'Boolean':
      return draw % 2 === 0;
    case 'ID':
      return draw % 2 === 0 ? draw : `id ${draw}`;
    case 'Mood':
      return draw % 2 === 0 ? 'GLAD' : 'SAD';
    case 'String':
      return `${key}="\u2028é`;
    case 'Odd':
      return draw % 4;
  }
  const is = type === 'Person' || type === 'Dog' ? type : draw % 2 === 0 ? 'Person' : 'Dog';
  const own = (name: string, of: string) => valueOrFunction({ type: of, key: `${key}.${name}`, seed });
  return {
    // Now and then an abstract value says of itself what it is not.
    is: seed >= 0 && draw % 31 === 0 ? ['Person', 'Cat', 'Query', 7, undefined][draw % 5] : is,
    isLater: draw % 3 === 0,
    name: own('name', 'String'),
    rate: own('rate', 'Float'),
    mood: own('mood', 'Mood'),
    odd: own('odd', 'Odd'),
  };
}

/** What lies ready as a property of an object: a value, a promise, or a function that gives or throws it. */
function valueOrFunction(field: Field): unknown {
  if (hash(`lies ready ${field.key}`) % 3 === 0) return () => valueFor(field);
  try {
    const value = valueFor(field);
    if (value instanceof Promise) value.catch(() => {});
    return value;
  } catch {
    return () => valueFor(field);
  }
}

function behave(_source: unknown, given: Record<string, unknown>, { seed }: World, info: GraphQLResolveInfo): unknown {
  const key = `${responsePathAsArray(info.path).join('.')}(${JSON.stringify(given)})`;
  return valueFor({ type: String(info.returnType).replace(/!$/, ''), key, seed });
}

const resolveType = ({ is, isLater }: { is: string; isLater: boolean }) => (isLater ? Promise.resolve(is) : is);
const asked = (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, behave]));

export const moodySchema = {
  schema: makeExecutableSchema({
    typeDefs,
    resolvers: {
      Odd: new GraphQLScalarType({
        name: 'Odd',
        serialize: (value) => {
          if (value === 1) throw new TypeError('one is not odd enough');
          return value === 2 ? undefined : value;
        },
      }),
      Named: { __resolveType: resolveType },
      Any: { __resolveType: resolveType },
      Dog: { ...asked('owner count'), __isTypeOf: ({ is }: { is: string }) => is !== 'Cat' },
      Person: asked('count isIn id moods matrix best strict friends people grid echo'),
      Query: asked('name count mood odd matrix person strict named any anyOne people grid echo'),
      Mutation: {
        bump: (_root: unknown, _args: unknown, world: World) => {
          world.bumps += 1;
          return world.bumps;
        },
      },
    },
  }),
};
