import { AppError, type ErrorCode } from '../errors.ts';

/** What a limit is: its default, what a refusal says, and what its setting is for. */
export type Limit = {
  default: number;
  /** What the setting may be. */
  allowed: readonly [number, number];
  /** What is counted, as a refusal names it: "asks for 31 root fields". */
  counted: string;
  /** What to do instead. */
  advice: string;
  code: Extract<ErrorCode, 'TOO_EXPENSIVE' | 'BAD_USER_INPUT'>;
  /** What the setting is for, in one line. */
  about: string;
};

const million = 1_000_000;

/** Every limit of an operation, by its setting. They are checked before anything is read. */
export const limitCatalogue = {
  LIMIT_BODY_KB: {
    default: 256,
    allowed: [1, 65_536],
    counted: 'kB in its body',
    advice: 'Send long lists in several requests.',
    code: 'TOO_EXPENSIVE',
    about: 'Kilobytes (of 1024 bytes) in the body of a request.',
  },
  LIMIT_JSON_DEPTH: {
    default: 64,
    allowed: [8, 1000],
    counted: 'levels of objects and lists in each other',
    advice: 'Filters nest at most 5 deep.',
    code: 'BAD_USER_INPUT',
    about: 'Levels of objects and lists in each other, in the JSON of a request and in the values of a document.',
  },
  LIMIT_JSON_VALUES: {
    default: 25_000,
    allowed: [100, million],
    counted: 'objects, lists and values in its JSON',
    advice: 'Send long lists in several requests.',
    code: 'TOO_EXPENSIVE',
    about: 'Objects, lists and values in the JSON of a request.',
  },
  LIMIT_TOKENS: {
    default: 4000,
    allowed: [100, 100_000],
    counted: 'tokens or lines',
    advice: 'Put values into variables, repeated parts into fragments, or ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Tokens of a document, and its lines.',
  },
  LIMIT_FRAGMENTS: {
    default: 150,
    allowed: [10, 10_000],
    counted: 'fragments and spreads of them',
    advice: 'Write out what is spread once.',
    code: 'TOO_EXPENSIVE',
    about: 'Fragments that a document defines, and places where it spreads them.',
  },
  LIMIT_FIELD_PAIRS: {
    default: 10_000,
    allowed: [100, million],
    counted: 'pairs of fields with one name at one place',
    advice: 'Name each field once at each place, or give it an alias.',
    code: 'TOO_EXPENSIVE',
    about:
      'Fields of one name at one place of a document, two by two, fragments written out: GraphQL has each compared with each.',
  },
  LIMIT_DEPTH: {
    default: 15,
    allowed: [3, 100],
    counted: 'levels of fields in each other',
    advice: 'Ask for what lies deeper by its id.',
    code: 'TOO_EXPENSIVE',
    about: 'Levels of fields in each other; what is inside `__schema` and `__type` does not count.',
  },
  LIMIT_ALIASES: {
    default: 100,
    allowed: [1, 10_000],
    counted: 'aliases, with every fragment written out',
    advice: 'Ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Aliases, every fragment written out where it is spread.',
  },
  LIMIT_DIRECTIVES: {
    default: 50,
    allowed: [1, 10_000],
    counted: 'directives, with every fragment written out',
    advice: 'Put @include and @skip on a fragment instead of each field.',
    code: 'TOO_EXPENSIVE',
    about: 'Directives, every fragment written out where it is spread.',
  },
  LIMIT_FIELDS: {
    default: 10_000,
    allowed: [10, million],
    counted: 'fields, with every fragment written out',
    advice: 'Ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Fields, every fragment written out where it is spread.',
  },
  LIMIT_ROOT_FIELDS: {
    default: 30,
    allowed: [1, 1000],
    counted: 'root fields',
    advice: 'Ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Root fields of an operation.',
  },
  LIMIT_MUTATIONS: {
    default: 10,
    allowed: [1, 1000],
    counted: 'mutations',
    advice: 'Send them in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Mutations of one operation.',
  },
  LIMIT_ROWS: {
    default: 30_000,
    allowed: [500, 10 * million],
    counted: 'rows of lists',
    advice: 'Ask for smaller pages (first), or for lists inside of lists in operations of their own.',
    code: 'TOO_EXPENSIVE',
    about:
      'Rows that the lists of an answer could have: page sizes and ids multiplied along each path, and summed. A list of which neither nodes nor edges are asked counts 1.',
  },
  LIMIT_FILTER_OBJECTS: {
    default: 1000,
    allowed: [10, million],
    counted: 'objects',
    advice: 'Put alternatives into one condition with `in`.',
    code: 'TOO_EXPENSIVE',
    about: 'Objects in one filter; an empty one counts, too.',
  },
  LIMIT_ALL_FILTER_OBJECTS: {
    default: 2000,
    allowed: [10, million],
    counted: 'objects in all filters together',
    advice: 'Ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Objects in all filters of an operation together.',
  },
  LIMIT_FILTER_VALUES: {
    default: 10_000,
    allowed: [10, million],
    counted: 'values in all filters together',
    advice: 'Ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about: 'Values in all filters of an operation together; those of a variable count each time it is used.',
  },
  LIMIT_FIGURES: {
    default: 200_000,
    allowed: [1000, 100 * million],
    counted: 'figures',
    advice: 'Ask for a longer interval, a shorter range, fewer groups or fewer metrics.',
    code: 'TOO_EXPENSIVE',
    about: 'Figures that an answer could have: buckets times groups times metrics, each bin of a histogram counted.',
  },
  LIMIT_COLUMNS: {
    default: 100,
    allowed: [10, 10_000],
    counted: 'different metrics of the same calls',
    advice: 'Ask for fewer metrics or percentiles, or in several operations.',
    code: 'TOO_EXPENSIVE',
    about:
      'Different metrics (columns) of one table of figures. Each percentile and each histogram counts as one more.',
  },
  LIMIT_TABLES: {
    default: 100,
    allowed: [1, 10_000],
    counted: 'tables of figures (totals, series, breakdowns, heat maps, traffic)',
    advice: 'Ask in several operations.',
    code: 'TOO_EXPENSIVE',
    about:
      'Tables of figures of an operation: totals, series, breakdowns, heat maps, the live calls of a board. Each may read all calls of its range.',
  },
  LIMIT_TABLE_ROWS: {
    default: 10_000,
    allowed: [168, 999_999],
    counted: 'rows (buckets times groups) in one table of figures',
    advice: 'Ask by fewer dimensions, for fewer groups, a longer interval or a shorter range.',
    code: 'TOO_EXPENSIVE',
    about: 'Rows of one table of figures: buckets of a series, groups of a breakdown, or one times the other.',
  },
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof limitCatalogue;
export type Limits = Readonly<Record<LimitName, number>>;

export const limitNames = Object.keys(limitCatalogue) as LimitName[];

/** The limits among settings. */
export function limitsOf(settings: Limits): Limits {
  return Object.fromEntries(limitNames.map((name) => [name, settings[name]])) as Limits;
}

export const defaultLimits = Object.fromEntries(
  limitNames.map((name) => [name, limitCatalogue[name].default]),
) as Limits;

/** Where counting ends: what is asked beyond is not told exactly. */
const countedTo = million;

/** Says that more was asked than a limit allows. `what`: who asks, where it is not the whole operation. */
export function overLimit(limits: Limits, name: LimitName, count: number, what = 'This operation'): AppError {
  const { code, counted, advice } = limitCatalogue[name];
  const allowed = limits[name];
  const asked = Math.min(count, countedTo);
  const told = count > asked ? `more than ${asked}` : asked;
  return new AppError(
    code,
    `${what} has ${told} ${counted}. Allowed: at most ${allowed} (the setting ${name}). ${advice}`,
    {
      limit: name,
      asked,
      allowed,
    },
  );
}

/** Throws where a limit is passed. */
export function holdLimit(limits: Limits, name: LimitName, count: number, what?: string): void {
  if (count > limits[name]) throw overLimit(limits, name, count, what);
}
