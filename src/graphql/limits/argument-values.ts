import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql';
import { holdLimit, type Limits } from '../../access/limits.ts';

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
