import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';

/** Numbers from a seed. */
function dice(seed: number) {
  let state = (seed ^ 0x9e37_79b9) >>> 0;
  const next = () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return (t ^ (t >>> 14)) >>> 0;
  };
  return {
    below: (n: number) => next() % n,
    oneIn: (n: number) => next() % n === 0,
    pick: <T>(list: readonly T[]) => list[next() % list.length] as T,
  };
}

const echoArguments = [
  '',
  '(n: 4)',
  '(n: $n)',
  '(n: $n, moods: [GLAD, $mood])',
  '(where: $where)',
  '(where: { x: 1, more: [{ x: $n }] })',
];
const values = {
  a: [true, false],
  b: [true, false, undefined, null],
  n: [5, undefined, null, 'five', 2 ** 40],
  mood: ['GLAD', 'SAD', 'BORED'],
  where: [
    undefined,
    null,
    { x: 1 },
    { x: 1, mood: 'SAD', more: [{ x: 2 }] },
    { mood: 'SAD' },
    { x: 'one', more: 3, y: 1 },
  ],
};

/** A valid query of the moody schema and variables for it, right ones and wrong ones: the same for the same seed. */
export function drawDocument(
  schema: GraphQLSchema,
  seed: number,
): { query: string; variables: Record<string, unknown> } {
  const { below, oneIn, pick } = dice(seed);
  const fragments: string[] = [];
  const types = schema.getTypeMap();
  let aliases = 0;

  const directive = () =>
    oneIn(7) ? ` @${pick(['skip', 'include'])}(if: ${pick(['$a', '$b', 'true', 'false'])})` : '';

  const field = (type: GraphQLObjectType | GraphQLNamedType, depth: number): string => {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const { name, type: of } = pick(fields) as { name: string; type: Parameters<typeof getNamedType>[0] };
    const named = getNamedType(of) as GraphQLNamedType;
    const isComposite = isCompositeType(named);
    if (isComposite && depth === 0) return `__typename${directive()}`;
    // Without an alias the same field may stand in one place twice: it is asked the same way then.
    const hasAlias = name === 'echo' || oneIn(3);
    const alias = hasAlias ? `${pick(['a', 'b', 'c'])}${aliases++}: ` : '';
    const given = name === 'echo' ? pick(echoArguments) : '';
    return `${alias}${name}${given}${directive()}${isComposite ? selection(named, depth - 1) : ''}`;
  };

  const condition = (type: GraphQLNamedType): GraphQLNamedType => {
    if (isAbstractType(type)) return oneIn(3) ? type : pick(schema.getPossibleTypes(type));
    return oneIn(2) && type.name !== 'Query' ? (types.Named as GraphQLNamedType) : type;
  };

  const part = (type: GraphQLNamedType, depth: number): string => {
    if (oneIn(9)) return `__typename${directive()}`;
    if (oneIn(4) && depth > 0) {
      const on = oneIn(5) ? null : condition(type);
      return `...${on ? ` on ${on.name}` : ''}${directive()}${selection(on ?? type, depth - 1)}`;
    }
    if (oneIn(8) && depth > 0) {
      const on = condition(type);
      const place = fragments.push('') - 1;
      const name = `F${place}`;
      fragments[place] = `fragment ${name} on ${on.name}${selection(on, depth - 1)}`;
      return `...${name}${directive()} ${oneIn(2) ? `...${name}` : ''}`;
    }
    return 'getFields' in type && (isObjectType(type) || isAbstractType(type)) ? field(type, depth) : '__typename';
  };

  const selection = (type: GraphQLNamedType, depth: number): string =>
    ` { ${Array.from({ length: 1 + below(4) }, () => part(type, depth)).join(' ')} }`;

  const root = schema.getQueryType() as GraphQLObjectType;
  const body = selection(root, 4);
  const text = `query ($a: Boolean!, $b: Boolean = true, $n: Int = 2, $mood: Mood! = SAD, $where: Where)${body} ${fragments.join(' ')}`;
  const used = `${text} fragment Used on Query { u1: name @skip(if: $a) u2: name @skip(if: $b) u3: echo(n: $n, moods: [$mood], where: $where) }`;
  const query = used.replace(body, body.replace(/\}$/, '...Used }'));
  const variables: Record<string, unknown> = {};
  for (const [name, some] of Object.entries(values)) {
    const value = oneIn(6) ? pick(some as unknown[]) : some[0];
    if (value !== undefined) variables[name] = value;
  }
  return { query, variables };
}
