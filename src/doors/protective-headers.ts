import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';

const protect = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  xFrameOptions: { action: 'deny' },
  // Whether there is TLS, the proxy in front knows.
  strictTransportSecurity: false,
  // Of browsers that are gone.
  xDownloadOptions: false,
  xXssProtection: false,
  xDnsPrefetchControl: false,
  originAgentCluster: false,
});

/** Has nobody in between keep an answer, and browsers show it as what it is and nowhere else. Doors may say otherwise. */
export function addProtectiveHeaders({ raw }: FastifyRequest, reply: FastifyReply): void {
  protect(raw, reply.raw, (failed) => {
    if (failed) throw failed;
  });
  reply.header('cache-control', 'no-store');
}
