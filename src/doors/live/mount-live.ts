import type { FastifyInstance } from 'fastify';
import type { LiveMeter } from './live-meter.ts';
import { OpenConnections } from './open-connections.ts';
import { RunningSubscriptions } from './running-subscriptions.ts';
import { Sockets, type SocketsParts } from './sockets.ts';
import { streamRoute } from './stream.route.ts';
import { Subscriptions, type SubscriptionsParts } from './subscriptions.ts';

export type LiveParts = Omit<SocketsParts, 'subscriptions' | 'connections'> &
  Omit<SubscriptionsParts, 'running' | 'limits' | 'meter'> & { meter?: LiveMeter | undefined };

/** Mounts the door of streams; what opens WebSockets is for that of GraphQL. They share what they count. */
export async function mountLive(app: FastifyInstance, parts: LiveParts): Promise<Sockets> {
  const { answers, refusals, accessLog, hosts, proxies, limits, liveLimits, askAs, giveTicket, meter, onUnexpected } =
    parts;
  const running = new RunningSubscriptions(liveLimits);
  const subscriptions = new Subscriptions({
    answers,
    accessLog,
    refusals,
    running,
    limits: liveLimits,
    meter,
    onUnexpected,
  });
  const connections = new OpenConnections({ most: liveLimits.connections, beatMs: liveLimits.beatMs, meter });
  app.addHook('preClose', () => connections.stop());
  const shared = { subscriptions, connections, accessLog, hosts, proxies, limits, liveLimits, giveTicket };
  await app.register(streamRoute, shared);
  return new Sockets({ ...shared, askAs });
}
