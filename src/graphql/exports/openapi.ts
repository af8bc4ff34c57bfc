import {
  type GraphQLInputField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { callColumnNames, callExportColumns } from '../../exports/call-columns.ts';
import type { ColumnType } from '../../exports/column.ts';
import {
  type ExportFormat,
  type ExportTable,
  exportFormats,
  mediaTypes,
  type Parameter,
  type ParameterKind,
  parametersOf,
} from './parameters.ts';
import { filterFields } from './read-filter.ts';

type Json = Record<string, unknown>;

/** What the doors of exports take and give, as OpenAPI 3.1: made of the declarations that they work by. */
export function openApi(schema: GraphQLSchema, version: string): Json {
  const tables = Object.keys(exportFormats) as ExportTable[];
  const paths = tables.flatMap((table) =>
    exportFormats[table].map((format) => [`/export/${table}.${format}`, pathOf(schema, table, format)]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Call analytics: exports',
      version,
      description:
        'Whole tables as files, on the filters, keys and masks of the GraphQL API at /graphql, of which introspection is the description.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { header: [] }, { basic: [] }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        header: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
        basic: { type: 'http', scheme: 'basic', description: 'Any user, and the key as password.' },
      },
      schemas: { Call: callRow(schema), Figures: figuresRow, Problem: problemSchema },
    },
  };
}

function pathOf(schema: GraphQLSchema, table: ExportTable, format: ExportFormat): Json {
  const all = [
    ...parametersOf(table).map(([name, parameter]) => asParameter(name, parameter)),
    ...filterFields(schema).flatMap(filterParameters),
  ];
  const responses = responsesOf(table, format);
  const what = table === 'calls' ? 'Calls, one in each row, by id' : 'Figures of calls';
  const summary = `${what}, as ${format}`;
  const id = `${table}_${format}`;
  const properties = Object.fromEntries(all.map(({ name, schema: of, description }) => [name, { ...of, description }]));
  return {
    get: { operationId: `get_${id}`, summary, parameters: all, responses },
    post: {
      operationId: `post_${id}`,
      summary: `${summary}; for what does not belong into an address, such as phone numbers`,
      requestBody: {
        content: { 'application/json': { schema: { type: 'object', properties, additionalProperties: false } } },
      },
      responses,
    },
  };
}

type QueryParameter = { name: string; in: 'query'; description: string; schema: Json; [more: string]: unknown };

function asParameter(name: string, { kind, about, example, otherwise }: Parameter): QueryParameter {
  const isList = kind.is === 'words' || kind.is === 'texts';
  return {
    name,
    in: 'query',
    description: about,
    schema: { ...schemaOf(kind), ...(otherwise !== undefined && !isList && { default: otherwise }) },
    ...(isList && { style: 'form', explode: false }),
    ...(!isList && kind.is !== 'filter' && { example: exampleOf(kind, example) }),
  };
}

function schemaOf(kind: ParameterKind): Json {
  switch (kind.is) {
    case 'boolean':
      return { type: 'boolean' };
    case 'integer':
      return { type: 'integer', minimum: kind.from, maximum: kind.to };
    case 'word':
      return { type: 'string', enum: kind.oneOf };
    case 'words':
      return { type: 'array', items: { type: 'string', enum: kind.oneOf } };
    case 'texts':
      return { type: 'array', items: { type: 'string' } };
    case 'filter':
      return { type: ['string', 'object'], description: 'In an address as JSON text, in a body as an object.' };
    case 'text':
      return { type: 'string' };
  }
}

function exampleOf(kind: ParameterKind, example: string): unknown {
  if (kind.is === 'integer') return Number(example);
  return kind.is === 'boolean' ? example === 'true' : example;
}

const leaves: Record<string, Json> = { Int: { type: 'integer' }, Boolean: { type: 'boolean' } };

/** A field of the filter, alone and with each of its operators. */
function filterParameters({ name, type, description }: GraphQLInputField): QueryParameter[] {
  const named = getNamedType(type);
  const about = description ?? '';
  if (!isInputObjectType(named)) {
    return [{ name, in: 'query', description: about, schema: leaves[named.name] ?? { type: 'string' } }];
  }
  const operators = Object.values(named.getFields());
  const alone = operators.find((operator) => operator.name === 'in' || operator.name === 'eq');
  const own = operators.find((operator) => operator.name === 'in') ?? alone;
  return [
    ...(own ? [operatorParameter(name, own, `${about} Several, separated by commas, are alternatives.`)] : []),
    ...operators.map((operator) =>
      operatorParameter(`${name}.${operator.name}`, operator, `${about} ${operator.description ?? ''}`),
    ),
  ];
}

function operatorParameter(name: string, { type }: GraphQLInputField, description: string): QueryParameter {
  const named = getNamedType(type);
  const leaf: Json = isEnumType(named)
    ? { type: 'string', enum: named.getValues().map((value) => value.name) }
    : (leaves[named.name] ?? { type: 'string' });
  const isList = isListType(getNullableType(type));
  return {
    name,
    in: 'query',
    description: description.trim(),
    schema: isList ? { type: 'array', items: leaf } : leaf,
    ...(isList && { style: 'form', explode: false }),
  };
}

function responsesOf(table: ExportTable, format: ExportFormat): Json {
  const row = { $ref: `#/components/schemas/${table === 'calls' ? 'Call' : 'Figures'}` };
  const content: Record<ExportFormat, Json> = {
    csv: { type: 'string', description: 'RFC 4180, with a row of names.' },
    ndjson: { type: 'string', description: 'A JSON object on each line.' },
    json: { type: 'array', items: row },
    parquet: { type: 'string', contentMediaType: mediaTypes.parquet, description: 'Apache Parquet.' },
  };
  const refused = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });
  return {
    '200': {
      description: 'The table. One that fails while it is sent breaks the connection off.',
      headers: {
        'X-Data-Through': { description: 'The moment of the data.', schema: { type: 'string', format: 'date-time' } },
        'Content-Disposition': { description: 'Names the file.', schema: { type: 'string' } },
      },
      content: { [mediaTypes[format]]: { schema: content[format] } },
    },
    '400': refused('A parameter that cannot be taken: which, and what is allowed.'),
    '401': refused('A key is needed, or this one is not valid.'),
    '403': refused('The key does not open this.'),
    '429': refused('Too many exports of this key at once, or its budget is used up.'),
    '503': refused('Not just now.'),
  };
}

const types: Record<ColumnType, Json> = {
  id: { type: ['string', 'null'] },
  text: { type: ['string', 'null'] },
  phone: { type: ['string', 'null'] },
  word: { type: ['string', 'null'] },
  decimal: { type: ['string', 'null'], description: 'An exact decimal.' },
  integer: { type: ['integer', 'null'] },
  number: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
  instant: { type: ['string', 'null'], format: 'date-time' },
};

function callRow(schema: GraphQLSchema): Json {
  const properties = callColumnNames.map((name) => {
    const { type, field, isUsual } = callExportColumns[name];
    const about = descriptionOf(schema, field);
    return [name, { ...types[type], description: isUsual ? about : `Only where columns names it. ${about}` }];
  });
  return { type: 'object', properties: Object.fromEntries(properties) };
}

/** What the schema says of a field of Call, or of one below it. */
function descriptionOf(schema: GraphQLSchema, path: string): string {
  let type = schema.getType('Call') as GraphQLObjectType;
  let description = '';
  for (const step of path.split('.')) {
    const field = type.getFields()[step];
    description = field?.description ?? '';
    if (field) type = getNamedType(field.type) as GraphQLObjectType;
  }
  return description;
}

const figuresRow: Json = {
  type: 'object',
  description:
    'Where the row stands (from and to; start, end, label, isPartial; who or what it is of), and a property for each column of figures.',
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
};

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What is wrong, what is allowed, and an example.' },
    instance: { type: 'string' },
    code: { type: 'string' },
    requestId: { type: 'string', description: 'By which the log is searched.' },
    argument: { type: 'array', items: { type: ['string', 'integer'] } },
    allowed: {},
    example: { type: 'string' },
  },
};
