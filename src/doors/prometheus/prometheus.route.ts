import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isForeign, isForeignGet, type OwnHosts } from '../../access/own-hosts.ts';
import { foreignGet, requireScope } from '../../access/require-scope.ts';
import { AppError } from '../../errors.ts';
import type { Looked, ServiceMetrics } from '../../telemetry/service-metrics.ts';
import { askerOf } from '../ask-for-key.ts';

export type PrometheusParts = { metrics: ServiceMetrics; looked: Looked; hosts: OwnHosts };

/** Mounts what Prometheus reads, /metrics: for keys with the scope admin that are bound to no account. */
export async function prometheusRoute(
  app: FastifyInstance,
  { metrics, looked, hosts }: PrometheusParts,
): Promise<void> {
  app.get('/metrics', async (request: FastifyRequest, reply: FastifyReply) => {
    const { viewer } = askerOf(request);
    try {
      if (isForeignGet(hosts, request) || isForeign(hosts, request)) throw foreignGet();
      requireScope(viewer, 'admin');
      if (viewer.accounts !== 'all') throw ofAllAccounts();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return reply.code(403).send({ error: error.message });
    }
    const { type, text } = await metrics.read(looked);
    return reply.type(type).send(text);
  });
}

function ofAllAccounts(): AppError {
  return new AppError('FORBIDDEN', 'These figures are of all accounts, and the key of this request is bound to some.');
}
