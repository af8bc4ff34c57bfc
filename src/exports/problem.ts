import type { AppError, ErrorCode } from '../errors.ts';

const statuses: Record<ErrorCode, number> = {
  BAD_USER_INPUT: 400,
  TOO_EXPENSIVE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  WRONG_TRANSPORT: 400,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  TOKEN_TOO_OLD: 410,
  TOO_SLOW: 503,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

const titles: Record<number, string> = {
  400: 'The request cannot be answered as it is',
  401: 'A key is needed',
  403: 'This is not open to the key',
  404: 'Not found',
  405: 'This method is not for this address',
  406: 'Nothing is written in the form that was asked for',
  413: 'The request is too large',
  415: 'The body is of no known form',
  421: 'The service is not known under this name',
  429: 'Too much at once',
  503: 'Not just now',
  504: 'It took too long',
};

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

export type Problem = { status: number; headers: Record<string, string>; text: string; code: string };

/** What is wrong with a request, in the form of RFC 9457. */
export function problem(
  status: number,
  { code, message, ...details }: { code: string; message: string } & Record<string, unknown>,
  requestId: string,
): Problem {
  const { retryAfterSeconds, ...others } = details;
  const body = {
    type: 'about:blank',
    title: titles[status] ?? 'Something failed on our side',
    status,
    detail: message,
    ...(uuid.test(requestId) && { instance: `urn:uuid:${requestId}` }),
    code,
    requestId,
    ...others,
  };
  const again = retryAfterSeconds ?? (status === 503 ? 2 : undefined);
  return {
    status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(again !== undefined && { 'retry-after': String(again) }),
    },
    text: `${JSON.stringify(body)}\n`,
    code,
  };
}

/** The same of an expected failure. */
export function problemOf({ code, message, details }: AppError, requestId: string): Problem {
  return problem(statuses[code], { code, message, ...details }, requestId);
}

/** The same of the errors of an answer of GraphQL. */
export function problemOfErrors(
  errors: readonly { message: string; extensions?: Record<string, unknown> }[],
  requestId: string,
): Problem {
  const [first] = errors;
  const code = first?.extensions?.code;
  if (!first || typeof code !== 'string' || !(code in statuses)) return unexpectedProblem(requestId);
  return problem(statuses[code as ErrorCode], { ...first.extensions, code, message: first.message }, requestId);
}

/** The same of anything else, of which nothing is told but how to ask about it. */
export function unexpectedProblem(requestId: string): Problem {
  const message = 'Something failed on our side. Quote the request id when you report it.';
  return problem(500, { code: 'INTERNAL_SERVER_ERROR', message }, requestId);
}
