import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { holdLimit, type Limits } from '../../access/limits.ts';

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

/** What was given for an argument, by its name; undefined where nothing was. */
export type Given = (name: string) => unknown;

/** The values of an operation's arguments, as they were sent: whether they are of the right type is not looked at. */
export class ArgumentValues {
  readonly #limits: Limits;
  readonly #variables: ReadonlyMap<string, unknown>;
  readonly #known = new Map<ValueNode, unknown>();

  constructor(limits: Limits, operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>) {
    this.#limits = limits;
    this.#variables = new Map(
      (operation.variableDefinitions ?? []).map(({ variable: { name }, defaultValue }) => [
        name.value,
        Object.hasOwn(given, name.value) || !defaultValue ? given[name.value] : this.#read(defaultValue, 1),
      ]),
    );
  }

  /** What was given for an argument; undefined where nothing was. */
  of({ arguments: given }: FieldNode | DirectiveNode, name: string): unknown {
    const argument = given?.find((one) => one.name.value === name);
    return argument && this.valueOf(argument.value);
  }

  /** The same for the same node: what is counted of it need be counted once. */
  valueOf(node: ValueNode): unknown {
    if (this.#known.has(node)) return this.#known.get(node);
    const value = this.#read(node, 1);
    this.#known.set(node, value);
    return value;
  }

  /** Whether @skip or @include leaves a selection out. */
  leavesOut({ directives }: SelectionNode): boolean {
    return (directives ?? []).some((directive) => {
      const { value } = directive.name;
      if (value !== 'skip' && value !== 'include') return false;
      return this.of(directive, 'if') === (value === 'skip');
    });
  }

  #read(node: ValueNode, depth: number): unknown {
    switch (node.kind) {
      case Kind.VARIABLE:
        return this.#variables.get(node.name.value);
      case Kind.NULL:
        return null;
      case Kind.INT:
      case Kind.FLOAT:
        return Number(node.value);
      case Kind.LIST:
        holdLimit(this.#limits, 'LIMIT_JSON_DEPTH', depth, 'A value of this document');
        return node.values.map((item) => this.#read(item, depth + 1));
      case Kind.OBJECT:
        holdLimit(this.#limits, 'LIMIT_JSON_DEPTH', depth, 'A value of this document');
        return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, this.#read(value, depth + 1)]));
      default:
        return node.value;
    }
  }
}
