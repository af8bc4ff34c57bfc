import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Reason } from './reasons.ts';

/** Nothing where this half of the service can do its work; else why not. */
export type WhyNot = () => Promise<Reason[]>;

export type HealthParts = {
  /** Whether deliveries can be kept. */
  webhook: WhyNot;
  /** Whether questions can be answered. */
  graphql: WhyNot;
};

/** Probes come often, from several places: an answer serves all of about a second. */
const freshMs = 1_000;

/** Mounts what supervisors and load balancers ask: /healthz, /readyz, /readyz/webhook and /readyz/graphql. */
export async function healthRoute(
  app: FastifyInstance,
  { tellsWhy, ...parts }: HealthParts & { tellsWhy: (request: FastifyRequest) => boolean },
): Promise<void> {
  const webhook = onceASecond(parts.webhook);
  const graphql = onceASecond(parts.graphql);
  const both = async () => (await Promise.all([webhook(), graphql()])).flat();

  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'alive' }));
  for (const [url, whyNot] of Object.entries({
    '/readyz': both,
    '/readyz/webhook': webhook,
    '/readyz/graphql': graphql,
  })) {
    app.get(url, async (request, reply) => tell(reply, await whyNot(), tellsWhy(request)));
  }
}

/** Why is for administrators: to others it says what the service is made of. */
function tell(reply: FastifyReply, reasons: readonly Reason[], tellsWhy: boolean): FastifyReply {
  const why = [...new Set(reasons)].sort();
  reply.header('cache-control', 'no-store');
  if (why.length === 0) return reply.send({ status: 'ready' });
  return reply
    .code(503)
    .header('retry-after', '2')
    .send({ status: 'not ready', ...(tellsWhy && { why }) });
}

function onceASecond(ask: WhyNot): WhyNot {
  let askedAt = Number.NEGATIVE_INFINITY;
  let asked: Promise<Reason[]> = Promise.resolve([]);
  let isUnderWay = false;
  return () => {
    const now = performance.now();
    if (isUnderWay || now - askedAt < freshMs) return asked;
    askedAt = now;
    isUnderWay = true;
    asked = ask().finally(() => {
      askedAt = performance.now();
      isUnderWay = false;
    });
    return asked;
  };
}
