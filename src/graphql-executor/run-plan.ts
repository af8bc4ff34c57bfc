import {
  defaultTypeResolver,
  type ExecutionResult,
  type FieldNode,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  getArgumentValues,
  locatedError,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';
import type { FieldPlan, OperationPlan, SelectionPlan, TypePlan } from './operation-plan.ts';
import { type AnswerBounds, Pace } from './pace.ts';
import { type Arguments, FieldErrors, type Path, Place, type Run } from './place.ts';
import { inspect, objectTypeOf } from './runtime-type.ts';
import type { Tally } from './weights.ts';
import { WrittenJson, writeList, writeObject } from './written-json.ts';

type Answer = Record<string, unknown>;

/**
 * Executes a query as graphql-js does, from a plan. Every step here is one of graphql-js (executeFields, executeField,
 * completeValue and so on), in its order and with its promises, so that values, errors and their order are the same;
 * what it does anew for every object (collecting fields, reading arguments, paths of values that have none below) is
 * done once or when it is needed. Beyond it, execution gives way to others, and ends where it is cancelled or its answer
 * gets too large: then there is no data.
 */
export async function runPlan(
  plan: OperationPlan,
  { rootValue, context, variables, bounds, tally }: RunOptions,
): Promise<ExecutionResult> {
  const errors = new FieldErrors();
  const { cancellation } = bounds;
  const run: Run = { plan, rootValue, context, variables, errors, argumentsOf: [], tally, pace: new Pace(bounds) };
  const failed = (error: GraphQLError) => {
    errors.add(error, undefined);
    return respond(null, errors);
  };
  let result: ExecutionResult;
  try {
    const data = runFields(run, plan.root, rootValue, undefined);
    // At once, or errors that come later would be among them.
    result = isPromise(data)
      ? await run.pace.until(data.then((all) => respond(all, errors), failed))
      : respond(data, errors);
  } catch (error) {
    result = failed(error as GraphQLError);
  }
  return unlessCancelled(cancellation, result);
}

/** Of an answer that was given up nothing is told but why. */
export function unlessCancelled({ reason }: AnswerBounds['cancellation'], result: ExecutionResult): ExecutionResult {
  return reason ? { errors: [new GraphQLError(reason.message, { originalError: reason })] } : result;
}

export type RunOptions = {
  rootValue?: unknown;
  context: unknown;
  variables: Arguments;
  bounds: AnswerBounds;
  tally: Tally;
};

function respond(data: Answer | WrittenJson | null, { errors }: FieldErrors): ExecutionResult {
  const all = data as Answer | null;
  return errors.length === 0 ? { data: all } : { errors, data: all };
}

function runFields(
  run: Run,
  selection: SelectionPlan,
  source: unknown,
  path: Path,
): Answer | WrittenJson | Promise<Answer | WrittenJson> {
  const { fields } = selection;
  run.pace.add(selection.length);
  run.tally.weight += selection.weight;
  const answer: Answer = selection.isPlain ? {} : Object.create(null);
  let hasPromise = false;
  let hasWritten = false;
  try {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as FieldPlan;
      const value = runField(run, field, source, path);
      answer[field.key] = value;
      if (isPromise(value)) hasPromise = true;
      else if (value instanceof WrittenJson) hasWritten = true;
    }
  } catch (error) {
    if (!hasPromise) throw error;
    // Those under way are waited for, so that none of them fails unheard.
    return settle(answer, run.pace).finally(() => {
      throw error;
    });
  }
  if (hasPromise) return settle(answer, run.pace);
  return hasWritten ? writeObject(answer) : writeIfLarge(answer, run.pace);
}

/** The object once all its values are there. */
function settle(answer: Answer, pace: Pace): Promise<Answer | WrittenJson> {
  return Promise.all(Object.values(answer)).then((values) => {
    let i = 0;
    for (const key in answer) answer[key] = values[i++];
    return values.some(isWritten) ? writeObject(answer) : writeIfLarge(answer, pace);
  });
}

/** Of a large answer each object is written once it is complete: written at the end, all would be written at a stretch. */
function writeIfLarge(answer: Answer, pace: Pace): Answer | WrittenJson {
  return pace.isLarge ? new WrittenJson(JSON.stringify(answer)) : answer;
}

function runField(run: Run, field: FieldPlan, source: unknown, parentPath: Path): unknown {
  const { leaf, property } = field;
  if (leaf !== null && property !== null && isObjectLike(source)) {
    // Most fields of most answers: a value of its own, with no fields, that lies ready.
    // Reading it may fail: values of rows are made when they are asked for.
    try {
      const value = source[property];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        return completeLeaf(leaf, value, run.pace);
      }
      if (value === null && !field.isNonNull) return null;
    } catch (error) {
      return fail(field, field.isNonNull, new Place(run, field, parentPath).path, error, run);
    }
  }
  return resolveField(new Place(run, field, parentPath), source);
}

// What is done for every field has no functions of its own: for those V8 would make room at each call, wanted or not.
function resolveField(place: Place, source: unknown): unknown {
  const { run, field } = place;
  try {
    const value = resolve(run, field, source, place);
    if (isPromise(value)) return completeLater(place, value);
    const completed = completeValue(place, field.type, field.leaf === null ? place.path : undefined, value);
    return isPromise(completed) ? orFail(place, place.path, field.isNonNull, completed) : completed;
  } catch (error) {
    return fail(field, field.isNonNull, place.path, error, run);
  }
}

function completeLater(place: Place, value: Promise<unknown>): Promise<unknown> {
  const { type, isNonNull } = place.field;
  const completed = value.then((resolved) => completeValue(place, type, place.path, resolved));
  return completed.then(undefined, (error) => fail(place.field, isNonNull, place.path, error, place.run));
}

function orFail(place: Place, path: Path, isNonNull: boolean, completed: Promise<unknown>): Promise<unknown> {
  return completed.then(undefined, (error) => fail(place.field, isNonNull, path, error, place.run));
}

function resolve(run: Run, field: FieldPlan, source: unknown, place: Place): unknown {
  const { def } = field;
  const given = field.hasArguments ? readArguments(run, field) : {};
  if (def.resolve) return def.resolve(source, given, run.context, place);
  if (!isObjectLike(source) && typeof source !== 'function') return undefined;
  const value = (source as Answer)[def.name];
  if (typeof value !== 'function') return value;
  return (source as Record<string, (...args: unknown[]) => unknown>)[def.name]?.(given, run.context, place);
}

function readArguments({ argumentsOf, variables }: Run, { index, def, nodes }: FieldPlan): Arguments {
  const known = argumentsOf[index];
  if (known) return known;
  const read = getArgumentValues(def, nodes[0] as FieldNode, variables);
  argumentsOf[index] = read;
  return read;
}

function fail(field: FieldPlan, isNonNull: boolean, path: Path, raw: unknown, { errors }: Run): null {
  const error = locatedError(raw, field.nodes as FieldNode[], responsePathAsArray(path));
  if (isNonNull) throw error;
  errors.add(error, path);
  return null;
}

/** `path` is where the value stands; of a leaf nobody asks for it. */
function completeValue(place: Place, type: TypePlan, path: Path, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (type.kind === 'nonNull') {
    const completed = completeValue(place, type.of, path, value);
    if (completed !== null) return completed;
    const { parentType, fieldName } = place;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);
  }
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'list':
      return completeList(place, type.of, path, value);
    case 'leaf':
      return completeLeaf(type.type, value, place.run.pace);
    case 'object':
      return completeObject(place, type.type, path, value);
    case 'abstract':
      return completeAbstract(place, type.type, path, value);
  }
}

function completeLeaf(type: GraphQLLeafType, value: unknown, pace: Pace): unknown {
  const written = type.serialize(value);
  if (written === null || written === undefined) {
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(written)}`,
    );
  }
  pace.add(lengthOf(written));
  return written;
}

/** How long a value is as JSON, at least. */
function lengthOf(written: unknown): number {
  if (typeof written === 'string') return written.length + 2;
  return typeof written === 'object' ? (JSON.stringify(written)?.length ?? 0) : 1;
}

function completeList(place: Place, type: TypePlan, path: Path, value: unknown): unknown {
  const { parentType, fieldName } = place;
  if (typeof value !== 'object' || typeof (value as Iterable<unknown>)[Symbol.iterator] !== 'function') {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${parentType.name}.${fieldName}".`);
  }
  const items: unknown[] = [];
  let hasPromise = false;
  let hasWritten = false;
  try {
    for (const item of value as Iterable<unknown>) {
      const completed = completeItem(place, type, { prev: path, key: items.length, typename: undefined }, item);
      if (isPromise(completed)) hasPromise = true;
      else if (completed instanceof WrittenJson) hasWritten = true;
      items.push(completed);
    }
  } catch (error) {
    for (const item of items) if (isPromise(item)) item.then(undefined, () => {}); // fails for nobody to hear
    throw error;
  }
  place.run.tally.weight += items.length * place.field.entryWeight;
  if (hasPromise) return Promise.all(items).then((all) => (all.some(isWritten) ? writeList(all) : all));
  return hasWritten ? writeList(items) : items;
}

function completeItem(place: Place, type: TypePlan, path: ResponsePath, item: unknown): unknown {
  const isNonNull = type.kind === 'nonNull';
  try {
    if (isPromise(item)) return orFail(place, path, isNonNull, completeItemLater(place, type, path, item));
    const completed = completeValue(place, type, path, item);
    return isPromise(completed) ? orFail(place, path, isNonNull, completed) : completed;
  } catch (error) {
    return fail(place.field, isNonNull, path, error, place.run);
  }
}

function completeItemLater(place: Place, type: TypePlan, path: ResponsePath, item: Promise<unknown>): Promise<unknown> {
  return item.then((resolved) => completeValue(place, type, path, resolved));
}

function completeAbstract(place: Place, type: GraphQLAbstractType, path: Path, value: unknown): unknown {
  const { context } = place.run;
  const named = (type.resolveType ?? defaultTypeResolver)(value, context, place, type);
  if (isPromise(named)) {
    return named.then((name) => completeObject(place, objectTypeOf(place, type, name, value), path, value));
  }
  return completeObject(place, objectTypeOf(place, type, named, value), path, value);
}

function completeObject(place: Place, type: GraphQLObjectType, path: Path, value: unknown): unknown {
  return type.isTypeOf ? completeChecked(place, type, path, value) : completeFields(place, type, path, value);
}

function completeChecked(place: Place, type: GraphQLObjectType, path: Path, value: unknown): unknown {
  const { run, field } = place;
  const checked = (isOfType: boolean | undefined) => {
    if (isOfType) return completeFields(place, type, path, value);
    throw new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes: field.nodes });
  };
  const isOfType = type.isTypeOf?.(value, run.context, place);
  return isPromise(isOfType) ? isOfType.then(checked) : checked(isOfType);
}

function completeFields({ run, field }: Place, type: GraphQLObjectType, path: Path, value: unknown): unknown {
  const selection = run.plan.selectionOf(field, type);
  if (run.pace.mustWait(selection.fields.length)) return runFieldsLater(run, selection, value, path);
  return runFields(run, selection, value, path);
}

function runFieldsLater(run: Run, selection: SelectionPlan, value: unknown, path: Path): Promise<unknown> {
  return run.pace.later(() => runFields(run, selection, value, path));
}

const isWritten = (value: unknown) => value instanceof WrittenJson;

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | null | undefined)?.then === 'function';
}

function isObjectLike(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}
