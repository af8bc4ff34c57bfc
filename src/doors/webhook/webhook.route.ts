import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Logger } from 'pino';
import type { Account } from '../../accounts/account.table.ts';
import { AccountDirectory } from '../../accounts/account-directory.ts';
import { describeFailure } from '../../failures.ts';
import { ZoneCheck } from '../../inbox/zone-check.ts';
import { DeliveryBatcher, type DeliveryMeter, type OnWritten } from '../../ingestion/batcher.ts';
import { readDeliveries } from '../../ingestion/read-delivery.ts';
import type { PooledDatabase } from '../../postgres/client.ts';
import { type CallEventKind, type Provider, type SentDelivery, webhookPath } from '../../providers/provider.ts';
import type { Providers } from '../../providers/providers.ts';
import { SummedLog } from '../../summed-log.ts';
import { instantOf } from '../../time/instant.ts';
import type { RecentOutcomes } from '../health/recent-outcomes.ts';
import { inflateBody } from './inflate-body.ts';
import type { Refusals } from './refusals.ts';

/** Larger bodies are refused: the provider's are about 1 kB. */
export const maxBodyBytes = 64 * 1024;

const accountOf = 'account';
const providerOf = 'provider';
const sentType = 'sentType';
const allowed = 'GET, HEAD, OPTIONS, POST';

/** `secret` is the one of the setting, and leads to `account`; other secrets and accounts are found in the database. */
export type WebhookParts = {
  db: PooledDatabase;
  account: Account;
  secret: string;
  providers: Providers;
  log: Logger;
  /** Counts what is refused and not kept. */
  refusals: Refusals;
  /** Told what became of each delivery. */
  outcomes?: Pick<RecentOutcomes, 'kept' | 'failed'> | undefined;
  /** What is measured. */
  meter?: WebhookMeter | undefined;
  /** Told of an account once deliveries to it have become durable. */
  onWritten?: OnWritten | undefined;
};

export type WebhookMeter = DeliveryMeter & {
  /** `outcome`: the state in which a delivery is kept, REFUSED or FAILED. */
  delivered: (provider: string, outcome: string) => void;
  /** Given what tells how many deliveries wait. */
  watchQueue: (look: () => DeliveryBatcher['queue']) => void;
};

/** Mounts the doors where phone systems knock: /webhooks/<provider>/<secret>. */
export async function webhookRoute(app: FastifyInstance, parts: WebhookParts) {
  const { db, account, secret, providers, log, refusals, outcomes, meter, onWritten } = parts;
  const directory = await AccountDirectory.open({
    pool: db.$client,
    defaultAccount: account,
    defaultSecret: secret,
    log,
  });
  const failures = new SummedLog(log);
  app.addHook('onClose', async () => {
    directory.close();
    failures.close();
  });
  const zoneCheck = new ZoneCheck(log);
  const writer = new DeliveryBatcher(db.$client, failures, providers, { meter, onWritten });
  meter?.watchQueue(() => writer.queue);
  const refuse = (provider: string, account: Account) => {
    refusals.add(account.id);
    meter?.delivered(provider, 'REFUSED');
  };

  app.decorateRequest(accountOf);
  app.decorateRequest(providerOf);
  app.decorateRequest(sentType);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) => {
    done(null, body);
  });
  // Before anything else is said: a wrong secret, or one of another provider's account, learns nothing of what stands behind
  // the right one.
  const knock =
    (provider: Provider): onRequestHookHandler =>
    (request, reply, done) => {
      const admit = (found: Account | null) => {
        if (!found) return reply.callNotFound();
        request.setDecorator(accountOf, found);
        request.setDecorator(providerOf, provider.name);
        return answerAtOnce(request, reply, () => refuse(provider.name, found)) ?? done();
      };
      const { secret } = request.params as { secret: string };
      const known = directory.known(secret, provider.name);
      // Most are known: those wait for nothing.
      if (known) admit(known);
      else directory.find(secret, provider.name).then(admit).catch(done);
    };
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode === 413) refuse(request.getDecorator<string>(providerOf), request.getDecorator<Account>(accountOf));
    if (statusCode < 500) return reply.code(statusCode).send(`${error.message}\n`);
    failures.error({ requestId: request.id, failure: describeFailure(error) }, 'a delivery could not be kept');
    return reply.code(503).header('retry-after', '5').send('could not be kept: send it again\n');
  });

  for (const { provider, path, urlKind } of addressesOf(providers)) {
    app.route({
      method: app.supportedMethods,
      url: `${webhookPath(provider, ':secret')}${path}`,
      onRequest: knock(provider),
      handler: async (request, reply) => {
        const receivedAt = instantOf(Date.now());
        const account = request.getDecorator<Account>(accountOf);
        reply.type('text/plain');
        const delivery = await deliveryOf(request, provider);
        // By such requests senders check whether an address is one.
        if (delivery === null) return 'success';
        if (delivery === 'TOO_LARGE') {
          refuse(provider.name, account);
          return reply.code(413).send('the body is too large once it is inflated\n');
        }
        const all = readDeliveries({ provider, account, delivery, urlKind, receivedAt });
        const written = Promise.all(
          all.map(async (read) => {
            const state = await writer.write(account, read).catch((error) => {
              meter?.delivered(provider.name, 'FAILED');
              throw error;
            });
            meter?.delivered(provider.name, state);
            if (state === 'RECORDED' && read.facts) zoneCheck.see(account, read.facts);
          }),
        );
        await written.catch((error) => {
          outcomes?.failed();
          throw error;
        });
        outcomes?.kept();
        if (all.every(({ status }) => status === 200)) return 'success';
        return reply.code(400).send(`${provider.webhook.notReadable}\n`);
      },
    });
  }
}

function addressesOf(providers: Providers): { provider: Provider; path: string; urlKind: CallEventKind | null }[] {
  return providers.all.flatMap((provider) =>
    Object.entries(provider.webhook.addresses).map(([path, urlKind]) => ({ provider, path, urlKind })),
  );
}

/** Answers what is not read, and requests that only check the address; undefined where there is a delivery to read. */
function answerAtOnce(request: FastifyRequest, reply: FastifyReply, onRefusal: () => void): FastifyReply | undefined {
  const { method, headers } = request;
  if (method === 'HEAD' || method === 'OPTIONS')
    return reply.header('allow', allowed).type('text/plain').send('success');
  if (method !== 'GET' && method !== 'POST') return reply.code(405).header('allow', allowed).send('use GET or POST\n');
  if (queryOf(request).length > maxBodyBytes) {
    onRefusal();
    return reply.code(413).send('the query string is too long\n');
  }
  // Fastify refuses types that are none; here a body is read whatever it says that it is.
  request.setDecorator(sentType, headers['content-type'] || null);
  delete headers['content-type'];
  return undefined;
}

/** What follows the first question mark. */
function queryOf({ raw: { url = '' } }: FastifyRequest): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** The body; or the query string, where the body says nothing. Null where there is neither. */
async function deliveryOf(request: FastifyRequest, { webhook }: Provider): Promise<SentDelivery | 'TOO_LARGE' | null> {
  const contentType = request.getDecorator<string | null>(sentType);
  const query = queryOf(request);
  const fromQuery: SentDelivery = { form: 'QUERY', body: Buffer.from(query), contentType };
  if (request.method === 'GET' && webhook.isInQuery(query)) return fromQuery;
  const sent = Buffer.isBuffer(request.body) ? request.body : await bodyOfGet(request);
  if (sent === null) return 'TOO_LARGE';
  if (query !== '' && saysNothing(sent)) return fromQuery;
  if (sent.length === 0) return null;
  const body = inflateBody(sent, request.headers['content-encoding'], maxBodyBytes);
  return body === 'TOO_LARGE' ? body : { form: 'JSON', body, contentType };
}

/** Whether a body is blank, or what client libraries send where there is none. */
function saysNothing(body: Buffer): boolean {
  return body.length < 20 && /^\s*(?:\{\s*\}|\[\s*\]|null|"")?\s*$/.test(body.toString('latin1'));
}

/** The body of a GET, which Fastify leaves unread; null where it is too large. */
async function bodyOfGet({ method, raw }: FastifyRequest): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  if (method === 'GET') {
    for await (const chunk of raw as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBodyBytes) return null;
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks);
}
