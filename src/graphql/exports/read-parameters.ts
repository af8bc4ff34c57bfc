import { AppError } from '../../errors.ts';
import type { ExportTable, Parameter, ParameterKind, ParameterName } from './parameters.ts';
import { parameters, parametersOf } from './parameters.ts';

/** What was sent: by the address each value is a text, by a body what JSON has. */
export type SentParameters = {
  isAddress: boolean;
  entries: readonly (readonly [name: string, value: unknown])[];
};

/** What was sent of the parameters of a table, each read by its kind; the others are fields of the filter. */
export type ReadParameters = {
  values: Partial<Record<ParameterName, unknown>>;
  others: readonly (readonly [name: string, value: unknown])[];
};

/** A parameter that cannot be taken: which, what is wrong with it, what is allowed, and how it could be. */
export function badParameter(name: string, problem: string, allowed: string, example?: string): AppError {
  const shown = name.length > 80 ? `${name.slice(0, 80)}...` : name;
  const suchAs = example === undefined ? '' : ` For example: ${example}.`;
  return new AppError('BAD_USER_INPUT', `${shown}: ${problem}. Allowed: ${allowed}.${suchAs}`, {
    argument: [shown],
    allowed,
    ...(example !== undefined && { example }),
  });
}

/** Reads the parameters of a table; BAD_USER_INPUT for what cannot be. */
export function readParameters(table: ExportTable, { isAddress, entries }: SentParameters): ReadParameters {
  const values: Partial<Record<ParameterName, unknown>> = {};
  const others: [string, unknown][] = [];
  const seen = new Set<string>();
  const known = new Map<string, Parameter>(parametersOf(table));
  for (const [name, sent] of entries) {
    if (seen.has(name)) {
      throw badParameter(name, 'is given twice', 'each parameter once; a list is separated by commas');
    }
    seen.add(name);
    const parameter = known.get(name);
    if (!parameter) others.push([name, sent]);
    else values[name as ParameterName] = readValue(name, parameter, sent, isAddress);
  }
  return { values, others };
}

function readValue(name: string, { kind, example }: Parameter, sent: unknown, isAddress: boolean): unknown {
  const read = isAddress ? readText(kind, String(sent)) : sent;
  const allowed = allowedFor(kind);
  const wrong = (problem: string) => badParameter(name, problem, allowed, `${name}=${example}`);
  if (read === '') throw wrong('is empty');
  switch (kind.is) {
    case 'text':
      if (typeof read === 'string') return read;
      break;
    case 'boolean':
      if (typeof read === 'boolean') return read;
      break;
    case 'integer':
      if (Number.isSafeInteger(read) && (read as number) >= kind.from && (read as number) <= kind.to) return read;
      break;
    case 'word':
      if (kind.oneOf.includes(read as string)) return read;
      break;
    case 'filter':
      if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read;
      break;
    default: {
      const list = typeof read === 'string' ? splitList(read) : read;
      if (!Array.isArray(list) || list.length === 0 || !list.every((one) => typeof one === 'string' && one !== '')) {
        break;
      }
      const unknown = kind.is === 'words' ? list.find((one) => !kind.oneOf.includes(one)) : undefined;
      if (unknown !== undefined) throw wrong(`${shown(unknown)} is unknown`);
      const twice = list.find((one, i) => list.indexOf(one) !== i);
      if (twice !== undefined) throw wrong(`${shown(twice)} is there twice`);
      return list;
    }
  }
  throw wrong(`${shown(read)} is none of these`);
}

/** What a text stands for; itself, where that is told later. */
function readText(kind: ParameterKind, text: string): unknown {
  if (kind.is === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (kind.is === 'integer') return /^\d{1,10}$/.test(text) ? Number(text) : text;
  if (kind.is !== 'filter') return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function allowedFor(kind: ParameterKind): string {
  switch (kind.is) {
    case 'boolean':
      return 'true, false';
    case 'integer':
      return `a whole number from ${kind.from} to ${kind.to}`;
    case 'word':
      return kind.oneOf.join(', ');
    case 'words':
      return `one or several of ${kind.oneOf.join(', ')}, separated by commas`;
    case 'texts':
      return 'names separated by commas';
    case 'filter':
      return 'a JSON object, a CallFilter of the schema';
    case 'text':
      return 'a text';
  }
}

/** The parts of a list, where commas within brackets part nothing. */
export function splitList(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const one of text) {
    if (one === '(') depth += 1;
    if (one === ')') depth -= 1;
    if (one === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += one;
  }
  return parts.map((part) => part.trim());
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** What is said of a parameter that there is not. */
export function unknownParameter(table: ExportTable, name: string, filterFields: readonly string[]): AppError {
  const names = parametersOf(table).map(([known]) => known);
  const ofOther = Object.hasOwn(parameters, name) ? `, but one of ${table === 'calls' ? 'metrics' : 'calls'}` : '';
  return badParameter(
    name,
    `is no parameter of ${table}${ofOther}`,
    `${names.join(', ')}; and the fields of the filter: ${filterFields.join(', ')}`,
    'last=P7D',
  );
}
