import type { Viewer } from '../../access/viewer.ts';
import { AppError, badInput } from '../../errors.ts';
import { isRecord, type RequestedBy } from '../limits/requested-operation.ts';
import type { HeldDocuments } from './held-documents.ts';

type Asked = { query: unknown; documentId: unknown };

/** Which documents there are, and whether others may be asked. */
export type DocumentRules = { documents: HeldDocuments; isOnly: boolean };

/**
 * The same request with the text of the document that it names in place of `documentId`. It is refused with BAD_USER_INPUT where
 * there is no such document, and with FORBIDDEN where it asks another one than the service holds, and the service or the key
 * allows only these.
 */
export function findDocument(
  request: RequestedBy,
  viewer: Pick<Viewer, 'documentsOnly'>,
  rules: DocumentRules,
): { request: RequestedBy; refused?: AppError } {
  try {
    return { request: withDocument(request, viewer, rules) };
  } catch (error) {
    if (error instanceof AppError) return { request, refused: error };
    throw error;
  }
}

function withDocument(
  request: RequestedBy,
  { documentsOnly }: Pick<Viewer, 'documentsOnly'>,
  { documents, isOnly }: DocumentRules,
): RequestedBy {
  const parameters = request.method === 'GET' ? new URLSearchParams(request.search) : null;
  const asked = parameters ? askedBySearch(parameters) : askedByBody(request.body);
  if (asked.documentId === undefined) {
    if (isOnly || documentsOnly) refuseOthers(asked.query, documents);
    return request;
  }
  const query = textOf(asked, documents);
  if (!parameters) return { ...request, body: withQuery(request.body as Record<string, unknown>, query) };
  parameters.delete('documentId');
  parameters.set('query', query);
  return { ...request, search: `?${parameters}` };
}

function askedByBody(body: unknown): Asked {
  if (!isRecord(body)) return { query: undefined, documentId: undefined };
  const { query, documentId } = body;
  // As clients send what they leave out.
  return { query: query ?? undefined, documentId: documentId ?? undefined };
}

function askedBySearch(parameters: URLSearchParams): Asked {
  const ids = parameters.getAll('documentId');
  return { query: parameters.get('query') ?? undefined, documentId: ids.length > 1 ? ids : ids[0] };
}

function withQuery({ documentId: _found, ...body }: Record<string, unknown>, query: string) {
  return { ...body, query };
}

function textOf({ query, documentId }: Asked, documents: HeldDocuments): string {
  const allowed = 'the name of a document of this service, or sha256: and the hash of its text, in place of query';
  if (query !== undefined) throw badInput(['documentId'], 'it stands beside query', allowed);
  if (typeof documentId !== 'string') throw badInput(['documentId'], 'it is not one text', allowed);
  const text = documents.textOf(documentId);
  if (text !== undefined) return text;
  if (documents.count > 0) throw badInput(['documentId'], 'this service holds no such document', allowed);
  throw badInput(['documentId'], 'this service holds no documents, for its setting DOCUMENTS_DIR is empty', 'query');
}

function refuseOthers(query: unknown, documents: HeldDocuments): void {
  if (typeof query === 'string' && documents.holds(query)) return;
  throw new AppError(
    'FORBIDDEN',
    'Only documents that this service holds may be asked here. Send documentId in place of query, with the name of one, or use another key.',
    { missing: ['documents'] },
  );
}
