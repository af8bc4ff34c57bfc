import type { GraphQLError, GraphQLResolveInfo, ResponsePath } from 'graphql';
import type { FieldPlan, OperationPlan } from './operation-plan.ts';
import type { Pace } from './pace.ts';
import type { Tally } from './weights.ts';

export type Path = ResponsePath | undefined;
export type Arguments = Record<string, unknown>;

/** What one execution of a plan works with. */
export type Run = {
  readonly plan: OperationPlan;
  readonly rootValue: unknown;
  readonly context: unknown;
  readonly variables: Arguments;
  readonly errors: FieldErrors;
  readonly pace: Pace;
  /** What the answer has come to so far. */
  readonly tally: Tally;
  /** The arguments of each field, once they were read: the same for every object. */
  readonly argumentsOf: (Arguments | undefined)[];
};

/** The errors of an answer, but for those below a value that has become null by another one. */
export class FieldErrors {
  readonly errors: GraphQLError[] = [];
  readonly #places = new Set<Path>();

  add(error: GraphQLError, path: Path): void {
    for (let at = path; at !== undefined; at = at.prev) if (this.#places.has(at)) return;
    if (this.#places.has(undefined)) return;
    this.#places.add(path);
    this.errors.push(error);
  }
}

/** Where a field is being resolved: what resolvers are told, put together only as far as they ask. */
export class Place implements GraphQLResolveInfo {
  readonly run: Run;
  readonly field: FieldPlan;
  readonly #parentPath: Path;
  #path: ResponsePath | undefined;

  constructor(run: Run, field: FieldPlan, parentPath: Path) {
    this.run = run;
    this.field = field;
    this.#parentPath = parentPath;
  }

  get path(): ResponsePath {
    const { key, parent } = this.field;
    this.#path ??= { prev: this.#parentPath, key, typename: parent.name };
    return this.#path;
  }

  get fieldName() {
    return this.field.def.name;
  }

  get fieldNodes() {
    return this.field.nodes;
  }

  get returnType() {
    return this.field.def.type;
  }

  get parentType() {
    return this.field.parent;
  }

  get schema() {
    return this.run.plan.schema;
  }

  get fragments() {
    return this.run.plan.fragments;
  }

  get rootValue() {
    return this.run.rootValue;
  }

  get operation() {
    return this.run.plan.operation;
  }

  get variableValues() {
    return this.run.variables;
  }
}
