import type { Answer } from '../../graphql/server/answers.ts';
import { sha256 } from '../../sha256.ts';

/** What an answer to a GET depends on beside its address. */
const vary = 'authorization, x-api-key, origin, accept, accept-encoding';

/**
 * The head of an answer to a GET. Its asker may keep it, but must ask each time whether it still holds: by a hash of all that
 * is answered, so that nothing has to be known of what it rests on, be it calls, rights, names or the time of day. Weak, as the same
 * answer is sent compressed and not. What has an error is kept by nobody.
 */
export function keepingHeaders({ status, headers, text, receipt }: Answer): Record<string, string> {
  if (status !== 200 || receipt.code !== null) return { vary };
  const hash = sha256(`${headers['content-type']}\n${text}`).toString('base64url');
  return { vary, 'cache-control': 'private, no-cache', etag: `W/"${hash}"` };
}

/** Whether a client that has what it names in If-None-Match has this answer already. */
export function hasAlready(ifNoneMatch: string | undefined, etag: string | undefined): boolean {
  if (ifNoneMatch === undefined || etag === undefined) return false;
  const opaque = etag.slice(2);
  return ifNoneMatch.split(',').some((one) => {
    const tag = one.trim();
    return tag === '*' || tag === etag || tag === opaque;
  });
}
