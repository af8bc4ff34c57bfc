import type { FastifyRequest } from 'fastify';
import type { Limits } from '../../access/limits.ts';
import { AppError } from '../../errors.ts';
import { type ExportFormat, type ExportTable, exportFormats, mediaTypes } from '../../graphql/exports/parameters.ts';
import type { SentParameters } from '../../graphql/exports/read-parameters.ts';
import { holdJson, isRecord } from '../../graphql/limits/requested-operation.ts';
import { quality } from '../playground/quality.ts';

/** What a request to the door of exports asks for, its parameters not yet read. */
export type AskedExport = SentParameters & { table: ExportTable; format: ExportFormat };

const tables = Object.keys(exportFormats) as ExportTable[];
const allAddresses = tables
  .map((table) => `/export/${table}.${exportFormats[table].join(`, /export/${table}.`)}`)
  .join(', ');

/** Reads the address, and the body of a POST. NOT_FOUND and BAD_USER_INPUT for what cannot be. */
export function askedExport(request: FastifyRequest<{ Params: { name: string } }>, limits: Limits): AskedExport {
  const [name = '', ending, ...more] = request.params.name.split('.');
  const table = tables.find((one) => one === name);
  if (!table || more.length > 0) {
    throw new AppError('NOT_FOUND', `There is no such export. Allowed: ${allAddresses}.`, { allowed: allAddresses });
  }
  const format = ending === undefined ? acceptedFormat(table, request.headers.accept) : formatOf(table, ending);
  return { table, format, ...sentParameters(request, limits) };
}

function formatOf(table: ExportTable, ending: string): ExportFormat {
  const formats: readonly ExportFormat[] = exportFormats[table];
  const format = formats.find((one) => one === ending);
  if (format) return format;
  const allowed = formats.join(', ');
  throw new AppError(
    'BAD_USER_INPUT',
    `${JSON.stringify(ending)} is no form of ${table}. Allowed: ${allowed}. For example: /export/${table}.csv.`,
    { argument: ['format'], allowed, example: `/export/${table}.csv` },
  );
}

/** The form that is wanted most, CSV where none is named. */
function acceptedFormat(table: ExportTable, accept: string | undefined): ExportFormat {
  if (accept === undefined) return 'csv';
  const wanted = exportFormats[table].map((format) => ({ format, much: quality(accept, mediaTypes[format]) }));
  const most = wanted.reduce((best, one) => (one.much > best.much ? one : best));
  if (most.much > 0) return most.format;
  if (['*/*', 'text/*', 'application/*'].some((any) => quality(accept, any) > 0)) return 'csv';
  const allowed = exportFormats[table].map((format) => mediaTypes[format]).join(', ');
  throw Object.assign(new Error(`The header Accept names no form of ${table}. Allowed: ${allowed}.`), {
    statusCode: 406,
  });
}

function sentParameters({ method, url, body }: FastifyRequest, limits: Limits): SentParameters {
  const from = url.indexOf('?');
  const search = new URLSearchParams(from < 0 ? '' : url.slice(from));
  if (method !== 'POST') {
    const filter = search.get('filter');
    if (filter !== null) holdJson(filter, limits, 'filter');
    return { isAddress: true, entries: [...search] };
  }
  const [inAddress] = search.keys();
  if (inAddress !== undefined) {
    throw new AppError(
      'BAD_USER_INPUT',
      'A POST has its parameters in its body alone, and this one has some in its address. Allowed: a JSON object such as {"last":"P7D"}.',
      { argument: [inAddress.slice(0, 80)], allowed: 'no parameter in the address' },
    );
  }
  const sent = body ?? {};
  if (!isRecord(sent)) {
    const allowed = 'a JSON object of parameters, such as {"last":"P7D"}';
    throw new AppError('BAD_USER_INPUT', `The body is no object. Allowed: ${allowed}.`, { argument: [], allowed });
  }
  return { isAddress: false, entries: Object.entries(sent) };
}
