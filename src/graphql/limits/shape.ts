import { Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';
import type { ArgumentValues, Fragments } from './collect-fields.ts';

/** What an operation has with every fragment written out where it is spread. */
export type Shape = {
  fields: number;
  aliases: number;
  directives: number;
  depth: number;
  /** How many of the fields stand at the top. */
  topFields: number;
  /** How many of these are `__schema`. */
  schemas: number;
  /** Whether a fragment spreads itself, which validation refuses: nothing else is true of the shape then. */
  isCircular: boolean;
};

const none: Shape = {
  fields: 0,
  aliases: 0,
  directives: 0,
  depth: 0,
  topFields: 0,
  schemas: 0,
  isCircular: false,
};

/** Each fragment is looked at once, so that this takes as long as the text, whatever it would be written out. */
export function shapeOf(operation: OperationDefinitionNode, fragments: Fragments, values: ArgumentValues): Shape {
  const known = new Map<string, Shape>();
  const open = new Set<string>();
  const shape = ofSet(operation.selectionSet);
  shape.directives += operation.directives?.length ?? 0;
  for (const { directives } of operation.variableDefinitions ?? []) shape.directives += directives?.length ?? 0;
  return shape;

  function ofSet({ selections }: SelectionSetNode): Shape {
    const shape = { ...none };
    for (const selection of selections) {
      shape.directives += selection.directives?.length ?? 0;
      if (values.leavesOut(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const below = selection.selectionSet ? ofSet(selection.selectionSet) : none;
        shape.fields += 1 + below.fields;
        shape.aliases += (selection.alias ? 1 : 0) + below.aliases;
        shape.directives += below.directives;
        // Of introspection graphql-js limits what goes deep: lists in lists.
        const isIntrospection = name === '__schema' || name === '__type';
        shape.depth = Math.max(shape.depth, isIntrospection ? 1 : 1 + below.depth);
        shape.topFields += 1;
        if (name === '__schema') shape.schemas += 1;
        shape.isCircular ||= below.isCircular;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(shape, ofSet(selection.selectionSet));
      } else {
        add(shape, ofFragment(selection.name.value));
      }
    }
    return shape;
  }

  function ofFragment(name: string): Shape {
    const counted = known.get(name);
    if (counted) return counted;
    const fragment = fragments.get(name);
    if (!fragment) return none;
    if (open.has(name)) return { ...none, isCircular: true };
    open.add(name);
    const shape = ofSet(fragment.selectionSet);
    shape.directives += fragment.directives?.length ?? 0;
    open.delete(name);
    known.set(name, shape);
    return shape;
  }
}

function add(shape: Shape, other: Shape): void {
  shape.fields += other.fields;
  shape.aliases += other.aliases;
  shape.directives += other.directives;
  shape.depth = Math.max(shape.depth, other.depth);
  shape.topFields += other.topFields;
  shape.schemas += other.schemas;
  shape.isCircular ||= other.isCircular;
}
