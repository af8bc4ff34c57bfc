import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { OperationPlan } from './operation-plan.ts';
import type { AnswerBounds } from './pace.ts';
import { runPlan } from './run-plan.ts';

/** Plans with more fields, over all types and fragments, are not kept. */
const maxFields = 2000;
/** Nor are plans for more settings of the switches than this. */
const maxPlans = 8;

/** What is known of an operation that was asked before. */
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
  variables: Record<string, unknown> | undefined | null;
  bounds: AnswerBounds;
};

/**
 * Executes operations of validated documents, each from a plan. Plans of queries that come again are kept for as long as the
 * document they were made for: whoever keeps documents bounds them, too.
 */
export function plannedExecutor(schema: GraphQLSchema): (asked: Asked) => Promise<ExecutionResult> {
  const known = new WeakMap<OperationDefinitionNode, Known | 'once'>();
  return async ({ document, operation, operationName, context, variables, bounds }) => {
    // Which one was meant and is not there, graphql-js tells.
    if (!operation) return execute({ schema, document, operationName });
    const before = known.get(operation);
    const own = before === undefined || before === 'once' ? know(document, operation) : before;
    // What is asked once and never again, such as a query typed by hand, leaves nothing behind.
    known.set(operation, before === undefined ? 'once' : own);
    const read = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 });
    if (read.errors) return { errors: read.errors };
    const plan = planFor(schema, operation, own, read.coerced);
    if (plan instanceof GraphQLError) return { errors: [plan] };
    const result = await runPlan(plan, { context, variables: read.coerced, bounds });
    if (plan.fieldCount > maxFields) own.plans.clear();
    return result;
  };
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

/** The plan for a setting of the switches; what is wrong with it where one of them is null. */
function planFor(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { fragments, switches, plans }: Known,
  variables: Record<string, unknown>,
): OperationPlan | GraphQLError {
  const setting = new Map<string, boolean>();
  for (const name of switches) {
    const value = variables[name];
    if (typeof value !== 'boolean') {
      const nodes = operation.variableDefinitions?.filter(({ variable }) => variable.name.value === name);
      return new GraphQLError(`Variable "$${name}" of skip or include must not be null.`, nodes && { nodes });
    }
    setting.set(name, value);
  }
  const key = [...setting.values()].map(Number).join('');
  const made = plans.get(key);
  if (made) return made;
  const plan = new OperationPlan(schema, operation, fragments, setting);
  if (plans.size < maxPlans) plans.set(key, plan);
  return plan;
}
