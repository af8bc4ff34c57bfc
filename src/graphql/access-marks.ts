import {
  type DirectiveNode,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLObjectType,
  GraphQLSchema,
  getArgumentValues,
  isObjectType,
} from 'graphql';
import type { Scope } from '../access/viewer.ts';

/** What a field is for viewers whom no scope opens it to. */
export type Otherwise = 'refused' | 'null' | 'empty' | 'masked';

/** One of these scopes is enough; of none, a field is open to every viewer. */
export type AccessRule = {
  any: readonly Scope[];
  otherwise: Otherwise;
  /** Whether it is only about values that hold a number, or as many digits as one. */
  ifDigits: boolean;
};

const markName = 'access';

/**
 * Takes what @access says of types and fields in among what is known of fields, and into what they say of themselves; the
 * directive is none of the schema's any more.
 */
export function takeAccessMarks(schema: GraphQLSchema): GraphQLSchema {
  const mark = schema.getDirective(markName);
  if (!mark) throw new Error(`the schema does not define @${markName}`);
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    const ofType = rulesIn(mark, type.astNode?.directives);
    type.description = described(type, ofType);
    for (const field of Object.values(type.getFields())) {
      const own = rulesIn(mark, field.astNode?.directives);
      field.description = described(field, own);
      if (ofType || own) field.extensions = { ...field.extensions, [markName]: [...(ofType ?? []), ...(own ?? [])] };
    }
  }
  const others = schema.getDirectives().filter((directive) => directive !== mark);
  return new GraphQLSchema({ ...schema.toConfig(), directives: others });
}

/** What decides whether a viewer is shown a field: all rules must let it be; undefined where nothing was decided. */
export function rulesOfField({
  extensions,
}: Pick<GraphQLField<unknown, unknown>, 'extensions'>): readonly AccessRule[] | undefined {
  return extensions[markName] as readonly AccessRule[] | undefined;
}

function rulesIn(mark: GraphQLDirective, directives: readonly DirectiveNode[] = []): AccessRule[] | undefined {
  const marked = directives.filter(({ name }) => name.value === mark.name);
  if (marked.length === 0) return undefined;
  return marked.map((node) => getArgumentValues(mark, node) as AccessRule).filter(({ any }) => any.length > 0);
}

const words: Record<Otherwise, string> = {
  refused: 'FORBIDDEN',
  null: 'null',
  empty: 'an empty list',
  masked: 'masked',
};

function described(
  { description }: Pick<GraphQLObjectType, 'description'>,
  rules: readonly AccessRule[] = [],
): string | null | undefined {
  const said = rules.map(({ any, otherwise, ifDigits }) => {
    const what = ifDigits ? ' where it holds a number' : '';
    return `Needs the scope ${any.map((scope) => `\`${scope}\``).join(' or ')}${what}, else ${words[otherwise]}.`;
  });
  return [description, ...said].filter(Boolean).join('\n\n') || description;
}
