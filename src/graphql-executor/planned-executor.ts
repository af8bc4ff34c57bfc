import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  visit,
} from 'graphql';
import { OperationPlan } from './operation-plan.ts';
import type { AnswerBounds } from './pace.ts';
import { runPlan, unlessCancelled } from './run-plan.ts';
import type { Tally, Weights } from './weights.ts';

/** Plans with more fields, over all types and fragments, are not kept. */
const maxFields = 2000;
/** Nor are plans for more settings of the switches than this. */
const maxPlans = 8;

/** What is known of a query that was asked before. */
type Known = {
  fragments: Record<string, FragmentDefinitionNode>;
  /** The variables that skip or include something. */
  switches: readonly string[];
  /** By the setting of the switches. */
  plans: Map<string, OperationPlan>;
};

export type Asked = {
  document: DocumentNode;
  operation: OperationDefinitionNode | undefined;
  operationName: string | undefined | null;
  context: unknown;
  /** Of a subscription: the event that is answered. */
  rootValue?: unknown;
  variables: Record<string, unknown> | undefined | null;
  bounds: AnswerBounds;
  /** Told what the answer to a query comes to, while it is made. */
  tally: Tally;
};

/**
 * Executes operations of validated documents: queries, and events of subscriptions, each from a plan, all others by graphql-js. Plans of queries that come
 * again are kept for as long as the document they were made for: whoever keeps documents bounds them, too.
 */
export function plannedExecutor(schema: GraphQLSchema, weights: Weights): (asked: Asked) => Promise<ExecutionResult> {
  const known = new WeakMap<OperationDefinitionNode, Known | 'once'>();
  return async (asked) => {
    const { document, operation, context, rootValue, variables, bounds, tally } = asked;
    if (!operation || operation.operation === OperationTypeNode.MUTATION) return executeOther(schema, asked);
    const before = known.get(operation);
    const own = before === undefined || before === 'once' ? know(document, operation) : before;
    // What is asked once and never again, such as a query typed by hand, leaves nothing behind.
    known.set(operation, before === undefined ? 'once' : own);
    const read = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 });
    if (read.errors) return { errors: read.errors };
    const plan = planFor({ schema, weights }, operation, own, read.coerced);
    const result = await runPlan(plan, { rootValue, context, variables: read.coerced, bounds, tally });
    if (plan.fieldCount > maxFields) own.plans.clear();
    return result;
  };
}

/** Mutations, and what is wrong with an operation that is not there. */
async function executeOther(
  schema: GraphQLSchema,
  { document, operationName, context, variables, bounds }: Asked,
): Promise<ExecutionResult> {
  const { cancellation, maxBytes, onTooLarge } = bounds;
  const executed = execute({
    schema,
    document,
    operationName,
    contextValue: context,
    variableValues: variables,
  });
  try {
    const result = await cancellation.waitFor(Promise.resolve(executed));
    if (JSON.stringify(result.data ?? null).length > maxBytes) onTooLarge();
    return unlessCancelled(cancellation, result);
  } catch (error) {
    if (!cancellation.reason) throw error;
    return unlessCancelled(cancellation, {});
  }
}

function know(document: DocumentNode, operation: OperationDefinitionNode): Known {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  const switches = new Set<string>();
  const ofOperation = new Set(operation.variableDefinitions?.map(({ variable }) => variable.name.value));
  visit(document, {
    Directive: ({ name, arguments: given }) => {
      const value = given?.[0]?.value;
      const isSwitch = name.value === 'skip' || name.value === 'include';
      if (isSwitch && value?.kind === Kind.VARIABLE && ofOperation.has(value.name.value)) {
        switches.add(value.name.value);
      }
    },
  });
  return { fragments, switches: [...switches], plans: new Map() };
}

/** The plan for a setting of the switches. */
function planFor(
  { schema, weights }: { schema: GraphQLSchema; weights: Weights },
  operation: OperationDefinitionNode,
  { fragments, switches, plans }: Known,
  variables: Record<string, unknown>,
): OperationPlan {
  const key = switches.map((name) => variables[name]).join();
  const made = plans.get(key);
  if (made) return made;
  const setting = Object.fromEntries(switches.flatMap((name) => (name in variables ? [[name, variables[name]]] : [])));
  const plan = new OperationPlan(schema, operation, fragments, setting, weights);
  if (plans.size < maxPlans) plans.set(key, plan);
  return plan;
}
