import { type GraphQLSchema, getOperationAST, OperationTypeNode } from 'graphql';
import { holdLimit, type Limits } from '../../access/limits.ts';
import { AppError } from '../../errors.ts';
import { ArgumentValues, fragmentsOf } from './collect-fields.ts';
import { DocumentReader } from './documents.ts';
import { holdOneRootField } from './hold-one-root-field.ts';
import { CostCounter, type OperationCost, requestedCost } from './operation-cost.ts';
import { type RequestedBy, type RequestedOperation, requestedOperation } from './requested-operation.ts';
import type { QuestionDefaults } from './requested-question.ts';
import { type Shape, shapeOf } from './shape.ts';

/** What limits count of an operation. */
export type Counted = { shape: Shape; cost: OperationCost };

export type LimitParts = { schema: GraphQLSchema; limits: Limits; defaults: QuestionDefaults };

/**
 * Counts operations before anything is done for them. What it gives throws TOO_EXPENSIVE or BAD_USER_INPUT where a limit is
 * passed, and null where there is nothing to count: what is wrong then is told by who reads the request. `onCost` is told what it
 * could cost, also where that passes a limit.
 */
export function operationCounter({
  schema,
  limits,
  defaults,
}: LimitParts): (asked: RequestedOperation, onCost?: (cost: OperationCost) => void) => Counted | null {
  const reader = new DocumentReader(limits);
  return ({ query, operationName, variables }, onCost) => {
    const document = reader.read(query);
    const operation = document && getOperationAST(document, operationName);
    if (!document || !operation) return null;
    const fragments = fragmentsOf(document);
    const values = new ArgumentValues(limits, operation, variables);
    const shape = shapeOf(operation, fragments, values);
    if (shape.isCircular) return null;
    holdShape(shape, limits, operation.operation === 'mutation');
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) holdOneRootField(operation, fragments);
    const cost = new CostCounter({ schema, limits, defaults, fragments, values }).count(operation);
    onCost?.(cost);
    holdLimit(limits, 'LIMIT_ROWS', cost.rows, 'An answer to this operation');
    holdLimit(limits, 'LIMIT_FIGURES', cost.figures, 'An answer to this operation');
    holdLimit(limits, 'LIMIT_TABLES', cost.tables);
    return { shape, cost };
  };
}

function holdShape(shape: Shape, limits: Limits, isMutation: boolean): void {
  holdLimit(limits, 'LIMIT_DEPTH', shape.depth);
  holdLimit(limits, 'LIMIT_ALIASES', shape.aliases);
  holdLimit(limits, 'LIMIT_DIRECTIVES', shape.directives);
  holdLimit(limits, 'LIMIT_FIELDS', shape.fields);
  if (isMutation) holdLimit(limits, 'LIMIT_MUTATIONS', shape.topFields);
  holdLimit(limits, 'LIMIT_ROOT_FIELDS', shape.topFields);
  if (shape.schemas <= 1) return;
  throw new AppError(
    'TOO_EXPENSIVE',
    `This operation has ${shape.schemas} fields __schema. Allowed: one. Ask for all of it there.`,
    { limit: '__schema', asked: shape.schemas, allowed: 1 },
  );
}

/** Refuses requests that pass a limit; `onCost` is told what one could cost, as soon as it is known. */
export function limitRequests(parts: LimitParts): (request: RequestedBy, onCost: (cost: number) => void) => void {
  const count = operationCounter(parts);
  return (request, onCost) => {
    const asked = requestedOperation(request, parts.limits);
    if (asked) count(asked, (cost) => onCost(requestedCost(cost)));
  };
}
