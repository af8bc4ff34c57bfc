/** What is wrong with a question that could be read, found before it ran. */
const foundBefore = /^(GRAPHQL_PARSE_FAILED|GRAPHQL_VALIDATION_FAILED|OPERATION_RESOLUTION_FAILURE|BAD_USER_INPUT)$/;

/**
 * The status of HTTP of an answer. Of GraphQL over HTTP clients of application/json are told of such errors with 200, for some take
 * anything else for a broken connection; who names no media type, or the newer one, is told with 400.
 */
export function statusByMediaType(
  { status, type, code }: { status: number; type: string | undefined; code: string | null },
  accept: string | undefined,
): number {
  if (status !== 400 || code === null || !foundBefore.test(code)) return status;
  const isNamed = type?.startsWith('application/json') === true && /(^|[\s,])application\/json/i.test(accept ?? '');
  return isNamed ? 200 : status;
}
