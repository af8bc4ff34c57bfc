import type { FastifyInstance } from 'fastify';
import { quality } from '../playground/quality.ts';

/** Where everything is, from here. */
const addresses = { graphql: '/graphql', playground: '/graphql', alive: '/healthz', ready: '/readyz' };

/** Mounts what is found at the address alone: browsers are led to the playground, programs are told where everything is. */
export async function startRoute(app: FastifyInstance): Promise<void> {
  app.get('/', async ({ headers: { accept } }, reply) => {
    reply.header('vary', 'accept');
    // Relative: a proxy may serve all of it under a path of its own.
    if (quality(accept, 'text/html') > quality(accept, 'application/json')) return reply.redirect('graphql', 302);
    return addresses;
  });
}
