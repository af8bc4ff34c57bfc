import {
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';
import { holdLimit, type Limits } from '../../access/limits.ts';
import type { ArgumentValues, Given } from './collect-fields.ts';
import { collectFields, type Fragments, type RequestedOfObject } from './collect-fields.ts';
import { isOfFigures } from './figure-lists.ts';
import { type FilterSize, filterSize } from './filter-size.ts';
import { introspectionSize } from './introspection-size.ts';
import { isConnection, listSizes, pageSize } from './list-sizes.ts';
import { columnOfPart, figureTypes, metricKey, RequestedSheet, scanOf } from './requested-figures.ts';
import {
  bucketCount,
  comparedQuestion,
  type QuestionDefaults,
  type RequestedQuestion,
  requestedQuestion,
} from './requested-question.ts';

/** What an answer could have: rows of lists, figures. */
export type AnswerSize = { rows: number; figures: number };

/** What an operation could cost: rows and figures are 1 each, and there is none that costs nothing. */
export function requestedCost({ rows, figures }: AnswerSize): number {
  return Math.max(1, rows + figures);
}

/** What is asked of an operation before it runs. */
export type OperationCost = AnswerSize & { tables: number; filterObjects: number; filterValues: number };

/** Where a selection stands: what multiplies it, and what its figures belong to. */
type Scope = {
  /** How often what is asked here can come in the answer. */
  times: number;
  question: RequestedQuestion | null;
  sheet: RequestedSheet;
  /** The metric that is looked into, such as a ratio; null where it is no column. */
  metric: string | null;
};

type Parts = {
  schema: GraphQLSchema;
  limits: Limits;
  defaults: QuestionDefaults;
  fragments: Fragments;
  values: ArgumentValues;
};

type Field = GraphQLField<unknown, unknown>;

/** Counts what an operation costs; its fragments must not go in circles. */
export class CostCounter {
  readonly #parts: Parts;
  readonly #sheets = new Set<RequestedSheet>();
  readonly #filters = new Map<unknown, FilterSize>();
  #breakdowns = 0;
  #filterObjects = 0;
  #filterValues = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** TOO_EXPENSIVE as soon as a filter or a sheet passes its limit. */
  count(operation: OperationDefinitionNode): OperationCost {
    const root = this.#parts.schema.getRootType(operation.operation);
    const scope = { times: 1, question: null, sheet: new RequestedSheet(), metric: null };
    const size = root ? this.#ofObject(root, this.#collect(root, [operation]), scope) : nothing;
    const tables = [...this.#sheets].reduce((sum, sheet) => sum + sheet.tables, this.#breakdowns);
    return { ...size, tables, filterObjects: this.#filterObjects, filterValues: this.#filterValues };
  }

  readonly #collect = (type: GraphQLObjectType, nodes: readonly Pick<FieldNode, 'selectionSet'>[]) =>
    collectFields(
      this.#parts,
      type,
      nodes.map(({ selectionSet }) => selectionSet),
    );

  /** Of an interface only one of its types can come at each place: the most of each counts. */
  #ofType(type: GraphQLNamedType, nodes: readonly FieldNode[], scope: Scope): AnswerSize {
    if (isObjectType(type)) return this.#ofObject(type, this.#collect(type, nodes), scope);
    if (!isAbstractType(type)) return nothing;
    const sizes = this.#parts.schema
      .getPossibleTypes(type)
      .map((one) => this.#ofObject(one, this.#collect(one, nodes), scope));
    const most = (name: keyof AnswerSize) => Math.max(0, ...sizes.map((size) => size[name]));
    return { rows: most('rows'), figures: most('figures') };
  }

  #ofObject(type: GraphQLObjectType, asked: RequestedOfObject, scope: Scope): AnswerSize {
    const size = { rows: 0, figures: 0 };
    for (const nodes of asked.values()) {
      const { rows, figures } = this.#ofField(type, nodes, scope);
      size.rows += rows;
      size.figures += figures;
    }
    return size;
  }

  #ofField(type: GraphQLObjectType, nodes: readonly FieldNode[], scope: Scope): AnswerSize {
    const [node] = nodes;
    const name = node?.name.value ?? '';
    if (name === '__schema' || name === '__type') return this.#ofIntrospection(nodes);
    const field = type.getFields()[name];
    if (name === '__typename' && figureTypes.has(type.name)) return { rows: 0, figures: scope.times };
    if (!node || !field) return nothing;
    const { values } = this.#parts;
    const given: Given = (argument) => {
      const value = values.of(node, argument);
      return value === undefined ? field.args.find((one) => one.name === argument)?.defaultValue : value;
    };
    this.#addFilters(field, given);
    const inside = this.#inside(type, field, given, scope);
    if (isConnection(field)) return this.#ofConnection(field, nodes, given, inside);
    const length = listSizes[`${type.name}.${name}`]?.(given, (by) =>
      bucketCount(scope.question, by, this.#parts.limits.LIMIT_TABLE_ROWS),
    );
    const times = scope.times * (length ?? 1);
    const below = this.#ofType(getNamedType(field.type), nodes, { ...inside, times });
    if (figureTypes.has(type.name) && isLeafType(getNamedType(field.type))) return { rows: 0, figures: scope.times };
    if (length === undefined) return below;
    return isOfFigures(field) ? atLeast(below, times) : { ...below, rows: below.rows + times };
  }

  #ofConnection(field: Field, nodes: readonly FieldNode[], given: Given, scope: Scope): AnswerSize {
    const type = getNamedType(field.type) as GraphQLObjectType;
    const times = scope.times * pageSize(field, given);
    const size = { rows: 0, figures: 0 };
    let lists = 0;
    for (const same of this.#collect(type, nodes).values()) {
      const one = type.getFields()[same[0]?.name.value ?? ''];
      const isList = one?.name === 'nodes' || one?.name === 'edges';
      const below = one
        ? isList
          ? this.#ofType(getNamedType(one.type), same, { ...scope, times })
          : this.#ofField(type, same, scope)
        : nothing;
      if (isList) lists += 1;
      size.rows += below.rows;
      size.figures += below.figures;
    }
    const rows = type.getFields().nodes;
    if (rows && isOfFigures(rows)) return atLeast(size, lists * times);
    return { ...size, rows: size.rows + (lists > 0 ? lists * times : scope.times) };
  }

  /** The scope of what is asked below a field. */
  #inside(type: GraphQLObjectType, field: Field, given: Given, scope: Scope): Scope {
    const { name } = field;
    if (field.args.some((argument) => argument.name === 'range')) {
      return { ...scope, question: requestedQuestion(given, this.#parts.defaults), sheet: this.#sheet() };
    }
    switch (`${type.name}.${name}`) {
      case 'CallMetricsReport.compare':
        return { ...scope, question: comparedQuestion(scope.question, given('to')), sheet: this.#sheet() };
      // A board reads its live calls, and each of its breakdowns which rows there are.
      case 'Query.liveBoard':
      case 'LiveBoard.breakdown':
      case 'CallMetricsReport.breakdown':
        this.#breakdowns += 1;
        return { ...scope, sheet: this.#sheet() };
      case 'CallMetricsReport.timeSeries':
      case 'CallMetricsReport.heatMap':
        return { ...scope, sheet: this.#sheet() };
      case 'CallMetricsGroup.timeSeries':
        return { ...scope, sheet: scope.sheet.seriesBy(given('interval')) };
    }
    return figureTypes.has(type.name) ? this.#insideFigure(type, field, given, scope) : scope;
  }

  #insideFigure(type: GraphQLObjectType, field: Field, given: Given, scope: Scope): Scope {
    const { name, args } = field;
    const key = metricKey(
      name,
      given,
      args.map((argument) => argument.name),
    );
    const { sheet } = scope;
    if (type.name !== 'CallMetrics') {
      const column = scope.metric === null ? null : columnOfPart(scope.metric, name, key);
      if (column !== null) this.#addColumn(sheet, column);
      return scope;
    }
    const scan = scanOf(name);
    if (scan) sheet.addScan(scan === name ? key : scan);
    else this.#addColumn(sheet, key);
    return { ...scope, metric: scan ? null : key };
  }

  #addColumn(sheet: RequestedSheet, key: string): void {
    sheet.addColumn(key);
    holdLimit(this.#parts.limits, 'LIMIT_COLUMNS', sheet.columns, 'A table of this operation');
  }

  #sheet(): RequestedSheet {
    const sheet = new RequestedSheet();
    this.#sheets.add(sheet);
    return sheet;
  }

  #addFilters(field: Field, given: Given): void {
    const { limits } = this.#parts;
    for (const { name, type } of field.args) {
      if (!isFilter(getNamedType(type))) continue;
      const filter = given(name);
      if (filter === undefined || filter === null) continue;
      const stopAt = { objects: limits.LIMIT_FILTER_OBJECTS, values: limits.LIMIT_FILTER_VALUES };
      const size = this.#filters.get(filter) ?? filterSize(filter, stopAt);
      this.#filters.set(filter, size);
      this.#filterObjects += size.objects;
      this.#filterValues += size.values;
      holdLimit(limits, 'LIMIT_FILTER_OBJECTS', size.objects, `A filter of ${field.name}`);
      holdLimit(limits, 'LIMIT_FILTER_VALUES', this.#filterValues);
      holdLimit(limits, 'LIMIT_ALL_FILTER_OBJECTS', this.#filterObjects);
    }
  }

  /** The objects of introspection are rows. */
  #ofIntrospection(fields: readonly FieldNode[]): AnswerSize {
    const { schema, limits, values } = this.#parts;
    const [node] = fields;
    const isSchema = node?.name.value === '__schema';
    const name = node && values.of(node, 'name');
    const value = isSchema ? schema : typeof name === 'string' ? schema.getType(name) : undefined;
    const { type } = isSchema ? SchemaMetaFieldDef : TypeMetaFieldDef;
    const collect = (of: GraphQLObjectType, sets: readonly FieldNode['selectionSet'][]) =>
      collectFields(this.#parts, of, sets);
    return { rows: introspectionSize(schema, { type, value, fields }, collect, limits.LIMIT_ROWS), figures: 0 };
  }
}

/** Whether an argument's type is a filter: by its name, which a test holds the schema to. */
export function isFilter(type: GraphQLNamedType): boolean {
  return isInputObjectType(type) && type.name.endsWith('Filter');
}

const nothing: AnswerSize = { rows: 0, figures: 0 };

/** A list of figures of which none is asked costs its entries. */
const atLeast = (size: AnswerSize, entries: number): AnswerSize => ({
  ...size,
  figures: Math.max(size.figures, entries),
});
