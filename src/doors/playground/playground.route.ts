import { gunzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { projectFile } from '../../project-file.ts';
import { quality } from './quality.ts';
import { type BuiltPage, readBuiltPage } from './read-built-page.ts';

/** The page, for the route of /graphql, and its files. */
export type Playground = {
  /** Whether a request at the address of the API is for the page. */
  isPage: (request: FastifyRequest) => boolean;
  sendPage: (reply: FastifyReply) => FastifyReply;
  files: BuiltPage['assets'];
};

const headers = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    // Monaco writes its theme and positions into the page as style sheets and style attributes.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const notBuilt = `<!doctype html>
<html lang="en">
<title>Call analytics · GraphQL playground</title>
<p>The playground is not built. Run <code>npm run build</code> and start the service again.</p>
<p>The API itself works: it takes a POST to this address.</p>
</html>
`;

/** The page that was built, or what to do where there is none. */
export function readPlayground(builtFolder = projectFile('dist', 'playground')): Playground {
  const page = readBuiltPage(builtFolder);
  return {
    isPage: (request) => request.routeOptions.url === '/graphql' && wantsPage(request),
    files: page?.assets ?? new Map(),
    sendPage: (reply) =>
      reply
        .code(page ? 200 : 503)
        .headers(headers)
        .header('cache-control', 'no-cache')
        .header('vary', 'accept')
        .type('text/html; charset=utf-8')
        .send(page?.html ?? notBuilt),
  };
}

/** Serves the page's files under /playground/; the page itself is served by the route of /graphql. */
export async function playgroundRoute(app: FastifyInstance, { files }: Pick<Playground, 'files'>): Promise<void> {
  app.get<{ Params: { '*': string } }>('/playground/*', async (request, reply) => {
    const asset = files.get(request.params['*']);
    if (!asset) return reply.callNotFound();
    reply.headers(headers).type(asset.type).header('vary', 'accept-encoding');
    // The path holds a hash of the content.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    const accepted = request.headers['accept-encoding'];
    if (quality(accepted, 'br') > 0) return reply.header('content-encoding', 'br').send(asset.brotli);
    if (quality(accepted, 'gzip') > 0) return reply.header('content-encoding', 'gzip').send(asset.gzip);
    return reply.send(gunzipSync(asset.gzip));
  });
}

/** A browser that opens the address names text/html; clients of the API name JSON, or nothing. */
function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const { accept } = request.headers;
  const json = Math.max(quality(accept, 'application/json'), quality(accept, 'application/graphql-response+json'));
  return quality(accept, 'text/html') > json;
}
