import { gunzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { projectFile } from '../../project-file.ts';
import { quality } from './quality.ts';
import { readBuiltPage } from './read-built-page.ts';

/** What the route of /graphql needs, to show the playground to browsers there. */
export type Playground = {
  wantsPage(request: FastifyRequest): boolean;
  sendPage(reply: FastifyReply): FastifyReply;
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

/** Serves the playground's files under /playground/, and gives the page itself to the route of /graphql. */
export function registerPlayground(app: FastifyInstance, builtFolder = projectFile('dist', 'playground')): Playground {
  const page = readBuiltPage(builtFolder);

  app.get<{ Params: { '*': string } }>('/playground/*', async (request, reply) => {
    const asset = page?.assets.get(request.params['*']);
    if (!asset) return reply.callNotFound();
    reply.headers(headers).type(asset.type).header('vary', 'accept-encoding');
    // The path holds a hash of the content.
    reply.header('cache-control', 'public, max-age=31536000, immutable');
    const accepted = request.headers['accept-encoding'];
    if (quality(accepted, 'br') > 0) return reply.header('content-encoding', 'br').send(asset.brotli);
    if (quality(accepted, 'gzip') > 0) return reply.header('content-encoding', 'gzip').send(asset.gzip);
    return reply.send(gunzipSync(asset.gzip));
  });

  return {
    wantsPage,
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

/** A browser that opens the address names text/html; clients of the API name JSON, or nothing. */
function wantsPage(request: FastifyRequest): boolean {
  if (request.method !== 'GET' && request.method !== 'HEAD') return false;
  const { accept } = request.headers;
  const json = Math.max(quality(accept, 'application/json'), quality(accept, 'application/graphql-response+json'));
  return quality(accept, 'text/html') > json;
}
