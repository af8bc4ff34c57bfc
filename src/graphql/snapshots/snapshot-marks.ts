import { type GraphQLField, GraphQLSchema, getDirectiveValues, isObjectType } from 'graphql';

/** What an operation reads from: no snapshot, one of its own, or one that it shares with others. */
export type SnapshotNeed = 'none' | 'own' | 'shared';

const markName = 'snapshot';

/** Takes what @snapshot says of fields in among what is known of them; the directive is none of the schema's any more. */
export function takeSnapshotMarks(schema: GraphQLSchema): GraphQLSchema {
  const mark = schema.getDirective(markName);
  if (!mark) throw new Error(`the schema does not define @${markName}`);
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields())) {
      const marked = field.astNode && getDirectiveValues(mark, field.astNode);
      if (!marked) continue;
      const need: SnapshotNeed = marked.shared === true ? 'shared' : 'own';
      field.extensions = { ...field.extensions, [markName]: need };
    }
  }
  const others = schema.getDirectives().filter((directive) => directive !== mark);
  return new GraphQLSchema({ ...schema.toConfig(), directives: others });
}

/** What a field of the schema needs. */
export function needOfField({ extensions }: Pick<GraphQLField<unknown, unknown>, 'extensions'>): SnapshotNeed {
  return (extensions[markName] as SnapshotNeed | undefined) ?? 'none';
}
