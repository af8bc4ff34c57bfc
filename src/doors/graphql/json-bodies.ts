import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Limits, overLimit } from '../../access/limits.ts';
import { AppError } from '../../errors.ts';
import { holdJson, isRecord } from '../../graphql/limits/requested-operation.ts';

type Parsed = (error: Error | null, body?: unknown) => void;

/** Of a body that is too large, so many bytes are let pass. */
const readToEnd = 16 * 1024 * 1024;

/** Has a door of GraphQL take bodies of JSON alone, and refuse what cannot be read in the form of GraphQL. */
export function takeJson(app: FastifyInstance, limits: Limits): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  // Some clients send variables as a text of JSON. What is none is refused for what it is.
  const readVariables: (request: FastifyRequest, body: { variables: string }, done: Parsed) => void = (
    request,
    body,
    done,
  ) => {
    try {
      holdJson(body.variables, limits, 'variables');
    } catch (error) {
      return done(error as Error);
    }
    parseJson(request, body.variables, (isNone, variables) => done(null, isNone ? body : { ...body, variables }));
  };
  // Nothing else: browsers send what is no JSON for any page, without asking first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    holdJson(body, limits, 'This request');
    parseJson(request, body, (error, read) => {
      if (error || !isRecord(read) || typeof read.variables !== 'string') done(error, read);
      else readVariables(request, { ...read, variables: read.variables }, done);
    });
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const { statusCode = 500, message } = error;
    if (error instanceof AppError) return tell(reply, 400, error);
    if (statusCode === 413) {
      // Read to its end, or the sender would not hear the answer.
      if (Number(request.headers['content-length']) <= readToEnd) reply.removeHeader('connection');
      const kB = Math.ceil(Number(request.headers['content-length'] ?? 0) / 1024);
      const asked = Math.max(kB, limits.LIMIT_BODY_KB + 1);
      return tell(reply, 413, overLimit(limits, 'LIMIT_BODY_KB', asked, 'This request'));
    }
    if (statusCode >= 500) throw error;
    return refuse(reply, statusCode, message);
  });
}

/** Answers with a failure in the form of GraphQL. */
export function tell(reply: FastifyReply, status: number, { message, code, details }: AppError): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code, ...details } }] });
}

/** The same for a request that cannot be read. */
export function refuse(reply: FastifyReply, status: number, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
}
