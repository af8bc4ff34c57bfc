import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Weights } from './weights.ts';

/** What a field's value is completed as: its type, taken apart once. */
export type TypePlan =
  | { readonly kind: 'nonNull' | 'list'; readonly of: TypePlan }
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
  | { readonly kind: 'abstract'; readonly type: GraphQLAbstractType };

/** One field of an answer: what it is called, where it stands in the query, how it is resolved. */
export type FieldPlan = {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  readonly def: GraphQLField<unknown, unknown>;
  readonly type: TypePlan;
  readonly isNonNull: boolean;
  /** The type of a value that has neither fields nor items. */
  readonly leaf: GraphQLLeafType | null;
  readonly hasArguments: boolean;
  /** What each entry of its list counts; 0 where it is none. */
  readonly entryWeight: number;
  /** Of which property of the object it is the value; null where a resolver is asked. */
  readonly property: string | null;
  /** Its place among the fields of the plan. */
  readonly index: number;
  /** What is asked of its objects, by their type; made when one is first met. */
  readonly selections: Map<GraphQLObjectType, SelectionPlan>;
};

export type SelectionPlan = {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
  /** How long its keys are as JSON, with what stands between them. */
  readonly length: number;
  /** What an object counts. */
  readonly weight: number;
  /** Whether its objects may be ordinary ones, which are far cheaper to make than those without a prototype. */
  readonly isPlain: boolean;
};

/** The variables by which fragments and fields of an operation are skipped or included, and their values. */
export type Switches = Readonly<Record<string, unknown>>;

/**
 * What a query asks for, or a subscription of each of its events, for one setting of its switches: which fields in which order, worked out once and not for every
 * object again. Only for documents that were validated.
 */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly #switches: Switches;
  readonly #weights: Weights;
  readonly #types = new Map<GraphQLOutputType, TypePlan>();
  #root: SelectionPlan | undefined;
  #fieldCount = 0;

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    switches: Switches,
    weights: Weights,
  ) {
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
    this.#switches = switches;
    this.#weights = weights;
  }

  /** What is asked of the schema's queries, or of an event of one of its subscriptions. */
  get root(): SelectionPlan {
    const { operation } = this.operation;
    const type = this.schema.getRootType(operation);
    if (!type) throw new Error(`the schema has no ${operation}`);
    this.#root ??= this.#selectionOf(type, [this.operation.selectionSet]);
    return this.#root;
  }

  /** How many fields have been planned so far. */
  get fieldCount(): number {
    return this.#fieldCount;
  }

  /** What is asked of the objects of one type that a field gives. */
  selectionOf({ nodes, selections }: FieldPlan, type: GraphQLObjectType): SelectionPlan {
    let selection = selections.get(type);
    if (!selection) {
      selection = this.#selectionOf(
        type,
        nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      );
      selections.set(type, selection);
    }
    return selection;
  }

  #selectionOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): SelectionPlan {
    const nodes = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(type, set.selections, nodes, visited);
    const fields: FieldPlan[] = [];
    for (const [key, own] of nodes) {
      const def = this.#fieldOf(type, own[0] as FieldNode);
      if (def) fields.push(this.#planField(key, own, type, def));
    }
    const keys = fields.map(({ key }) => key);
    return {
      type,
      fields,
      length: keys.reduce((sum, key) => sum + key.length + 4, 2),
      weight: this.#weights.object(
        type,
        fields.map(({ def }) => def),
      ),
      isPlain: !keys.includes('__proto__'),
    };
  }

  #collect(
    type: GraphQLObjectType,
    selections: readonly SelectionNode[],
    nodes: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = nodes.get(key);
        if (known) known.push(selection);
        else nodes.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        const fragment = this.fragments[name];
        if (visited.has(name)) continue;
        visited.add(name);
        if (fragment && this.#fits(fragment.typeCondition.name.value, type)) {
          this.#collect(type, fragment.selectionSet.selections, nodes, visited);
        }
        continue;
      }
      const condition = selection.typeCondition?.name.value;
      if (condition !== undefined && !this.#fits(condition, type)) continue;
      this.#collect(type, selection.selectionSet.selections, nodes, visited);
    }
  }

  /** Throws where a switch is null. */
  #isIncluded(node: SelectionNode): boolean {
    if (getDirectiveValues(GraphQLSkipDirective, node, this.#switches)?.if === true) return false;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.#switches)?.if !== false;
  }

  #fits(condition: string, type: GraphQLObjectType): boolean {
    if (condition === type.name) return true;
    const named = this.schema.getType(condition);
    return isAbstractType(named) && this.schema.isSubType(named, type);
  }

  #fieldOf(parent: GraphQLObjectType, { name: { value: name } }: FieldNode): FieldPlan['def'] | undefined {
    const isQuery = this.schema.getQueryType() === parent;
    if (isQuery && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (isQuery && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parent.getFields()[name];
  }

  #planField(key: string, nodes: readonly FieldNode[], parent: GraphQLObjectType, def: FieldPlan['def']): FieldPlan {
    const nullable = getNullableType(def.type);
    return {
      key,
      nodes,
      parent,
      def,
      type: this.#planType(def.type),
      isNonNull: isNonNullType(def.type),
      leaf: isLeafType(nullable) ? nullable : null,
      hasArguments: def.args.length > 0,
      entryWeight: isListType(nullable) ? this.#weights.entry(def, nodes, this.fragments) : 0,
      property: def.resolve || def.args.length > 0 ? null : def.name,
      index: this.#fieldCount++,
      selections: new Map(),
    };
  }

  #planType(type: GraphQLOutputType): TypePlan {
    const known = this.#types.get(type);
    if (known) return known;
    const plan = this.#takeApart(type);
    this.#types.set(type, plan);
    return plan;
  }

  #takeApart(type: GraphQLOutputType): TypePlan {
    if (isNonNullType(type)) return { kind: 'nonNull', of: this.#planType(type.ofType as GraphQLOutputType) };
    if (isListType(type)) return { kind: 'list', of: this.#planType(type.ofType) };
    if (isLeafType(type)) return { kind: 'leaf', type };
    return isAbstractType(type) ? { kind: 'abstract', type } : { kind: 'object', type };
  }
}
