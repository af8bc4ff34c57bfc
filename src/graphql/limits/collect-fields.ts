import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { ArgumentValues } from './argument-values.ts';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((one) => [one.name.value, one]));
}

/** The fields of one object, by the name that each has in the answer; those of the same name are one. */
export type RequestedOfObject = ReadonlyMap<string, readonly FieldNode[]>;

type Around = { schema: GraphQLSchema; fragments: Fragments; values: ArgumentValues };

/** The fields that selections ask of an object of a type, as when they are executed. */
export function collectFields(
  { schema, fragments, values }: Around,
  type: GraphQLObjectType,
  sets: readonly (SelectionSetNode | undefined)[],
): RequestedOfObject {
  const asked = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const set of sets) if (set) collect(set);
  return asked;

  function collect({ selections }: SelectionSetNode): void {
    for (const selection of selections) {
      if (values.leavesOut(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const same = asked.get(name);
        if (same) same.push(selection);
        else asked.set(name, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (fits(selection.typeCondition?.name.value)) collect(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment && fits(fragment.typeCondition.name.value)) collect(fragment.selectionSet);
      }
    }
  }

  function fits(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const abstract = schema.getType(condition);
    return isAbstractType(abstract) && schema.isSubType(abstract, type);
  }
}
