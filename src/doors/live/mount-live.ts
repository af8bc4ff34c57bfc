import type { FastifyInstance } from 'fastify';
import type { LiveMeter } from './live-meter.ts';
import { OpenConnections } from './open-connections.ts';
import { RunningSubscriptions } from './running-subscriptions.ts';
import { type StreamParts, streamRoute } from './stream.route.ts';
import { Subscriptions, type SubscriptionsParts } from './subscriptions.ts';

export type LiveParts = Omit<StreamParts, 'subscriptions' | 'connections'> &
  Omit<SubscriptionsParts, 'running' | 'limits' | 'meter'> & { meter?: LiveMeter | undefined };

/** Mounts the doors of subscriptions, which share what they count. */
export async function mountLive(app: FastifyInstance, parts: LiveParts): Promise<void> {
  const { answers, refusals, accessLog, hosts, proxies, limits, liveLimits, meter, onUnexpected } = parts;
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
  await app.register(streamRoute, { subscriptions, connections, accessLog, hosts, proxies, limits, liveLimits });
}
