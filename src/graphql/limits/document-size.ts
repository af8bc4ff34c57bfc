import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { type Fragments, fragmentsOf } from './collect-fields.ts';

/** Selections at one place of an answer; `isOwn`: they stand in the definition itself, and not in a fragment that it spreads. */
type Placed<Node> = { node: Node; isOwn: boolean };

/** Definitions of fragments, and the places where they are spread: GraphQL's rules look at each from each. */
export function countFragments(document: DocumentNode): number {
  let fragments = 0;
  const count = () => {
    fragments += 1;
  };
  visit(document, { FragmentDefinition: count, FragmentSpread: count });
  return fragments;
}

export type FieldCount = {
  /** Every field of every definition, with fragments written out; what @skip leaves out counts, for the rules read it, too. */
  fields: number;
  /** Fields of one name at one place, two by two: they are compared, with all that is below them. */
  pairs: number;
};

/** Counting ends where either passes its end. Two fields that both come from fragments are compared once, where these are spread first. */
export function countFields(document: DocumentNode, stopAt: FieldCount): FieldCount {
  const fragments = fragmentsOf(document);
  const count = { fields: 0, pairs: 0 };
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition)) continue;
    const isOperation = definition.kind === Kind.OPERATION_DEFINITION;
    const open: Placed<SelectionSetNode>[][] = [[{ node: definition.selectionSet, isOwn: true }]];
    for (let sets = open.pop(); sets; sets = open.pop()) {
      for (const fields of fieldsAt(sets, fragments).values()) {
        const own = isOperation ? fields.length : fields.filter(({ isOwn }) => isOwn).length;
        count.fields += fields.length;
        count.pairs += (own * (own - 1)) / 2 + own * (fields.length - own);
        const below = fields.flatMap(({ node, isOwn }) =>
          node.selectionSet ? [{ node: node.selectionSet, isOwn }] : [],
        );
        if (below.length > 0) open.push(below);
      }
      if (count.fields > stopAt.fields || count.pairs > stopAt.pairs) return count;
    }
  }
  return count;
}

/** The fields at one place by the name that each has in the answer, each fragment's once. */
function fieldsAt(sets: readonly Placed<SelectionSetNode>[], fragments: Fragments): Map<string, Placed<FieldNode>[]> {
  const fields = new Map<string, Placed<FieldNode>[]>();
  const spread = new Set<string>();
  const open = [...sets];
  for (let set = open.pop(); set; set = open.pop()) {
    for (const node of set.node.selections) {
      const { isOwn } = set;
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const same = fields.get(name);
        if (same) same.push({ node, isOwn });
        else fields.set(name, [{ node, isOwn }]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        open.push({ node: node.selectionSet, isOwn });
      } else if (!spread.has(node.name.value)) {
        spread.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment) open.push({ node: fragment.selectionSet, isOwn: false });
      }
    }
  }
  return fields;
}
