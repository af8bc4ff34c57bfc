import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { OperationPlan } from './operation-plan.ts';
import { runPlan } from './run-plan.ts';

/** A document whose plans have more fields, over all types and fragments, is executed by graphql-js. */
const maxFields = 2000;
/** So is one whose switches have stood in more ways than this. */
const maxPlans = 8;

/** What is known of an operation that was asked before. */
type Known = {
  fragments: Record<string, FragmentDefinitionNode>;
  /** The variables that skip or include something. */
  switches: readonly string[];
  /** By the setting of the switches. */
  plans: Map<string, OperationPlan>;
  isTooLarge: boolean;
};

export type Asked = {
  document: DocumentNode;
  operation: OperationDefinitionNode | undefined;
  operationName: string | undefined | null;
  context: unknown;
  variables: Record<string, unknown> | undefined | null;
};

/**
 * Executes operations of validated documents: queries that come again from a plan, everything else by graphql-js. Plans
 * live as long as the document they were made for: whoever keeps documents bounds them, too.
 */
export function plannedExecutor(schema: GraphQLSchema): (asked: Asked) => Promise<ExecutionResult> {
  const known = new WeakMap<OperationDefinitionNode, Known | 'once'>();
  return async ({ document, operation, operationName, context, variables }) => {
    const fallBack = () =>
      execute({ schema, document, contextValue: context, variableValues: variables, operationName });
    if (operation?.operation !== 'query') return fallBack();
    const before = known.get(operation);
    if (before === undefined) {
      // What is asked once and never again, such as a query typed by hand, leaves nothing behind.
      known.set(operation, 'once');
      return fallBack();
    }
    const own = before === 'once' ? know(document, operation) : before;
    if (before === 'once') known.set(operation, own);
    if (own.isTooLarge) return fallBack();
    const read = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {}, { maxErrors: 50 });
    if (read.errors) return { errors: read.errors };
    const plan = planFor(schema, operation, own, read.coerced);
    if (!plan) return fallBack();
    const result = await runPlan(plan, { context, variables: read.coerced });
    if (plan.fieldCount > maxFields) {
      own.isTooLarge = true;
      own.plans.clear();
    }
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
  return { fragments, switches: [...switches], plans: new Map(), isTooLarge: false };
}

/** The plan for a setting of the switches; null where graphql-js must say what is wrong with it, or it is one too many. */
function planFor(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { fragments, switches, plans }: Known,
  variables: Record<string, unknown>,
): OperationPlan | null {
  const setting = new Map<string, boolean>();
  for (const name of switches) {
    const value = variables[name];
    if (typeof value !== 'boolean') return null;
    setting.set(name, value);
  }
  const key = [...setting.values()].map(Number).join('');
  const made = plans.get(key);
  if (made) return made;
  if (plans.size >= maxPlans) return null;
  const plan = new OperationPlan(schema, operation, fragments, setting);
  plans.set(key, plan);
  return plan;
}
