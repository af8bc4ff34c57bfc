import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Account } from '../accounts/account.table.ts';
import { AccountDirectory } from '../accounts/account-directory.ts';
import type { PooledDatabase } from '../db/client.ts';
import { describeFailure } from '../failures.ts';
import { SummedLog } from '../summed-log.ts';
import { instantOf } from '../time/instant.ts';
import type { CallEventKind } from './callerdesk/normalize-delivery.ts';
import type { Delivery } from './callerdesk/payload.ts';
import { GroupWriter } from './group-writer.ts';
import { readDelivery } from './read-delivery.ts';
import type { Refusals } from './refusals.ts';
import { ZoneCheck } from './zone-check.ts';

/** Larger bodies are refused: the provider's are about 1 kB. */
export const maxBodyBytes = 64 * 1024;

const kinds: Record<string, CallEventKind | null> = {
  '': null,
  '/call-report': 'CALL_REPORT',
  '/live-call': 'LIVE_CALL',
};
const readable = /^((application|text)\/([\w.+-]+\+)?json|application\/x-www-form-urlencoded|text\/plain)$/;

const accountOf = 'account';

/** `secret` is the one of the setting, and leads to `account`; other secrets and accounts are found in the database. */
export type WebhookParts = {
  db: PooledDatabase;
  account: Account;
  secret: string;
  log: Logger;
  /** Counts what is refused and not kept. */
  refusals: Refusals;
};

/** Mounts the door where the phone system knocks: /webhooks/callerdesk/<secret>. */
export async function webhookRoute(app: FastifyInstance, { db, account, secret, log, refusals }: WebhookParts) {
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
  const writer = new GroupWriter(db.$client, failures);

  app.decorateRequest(accountOf);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBodyBytes }, (_request, body, done) => {
    done(null, body);
  });
  // Before anything else is said: a wrong secret learns nothing of what stands behind the right one.
  app.addHook<{ Params: { secret: string } }>('onRequest', (request, reply, done) => {
    const admit = (found: Account | null) => {
      if (!found) return reply.callNotFound();
      request.setDecorator(accountOf, found);
      return refuse(request, reply, refusals) ?? done();
    };
    const { secret } = request.params;
    const known = directory.known(secret);
    // Most are known: those wait for nothing.
    if (known) admit(known);
    else directory.find(secret).then(admit).catch(done);
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
    const { statusCode = 500 } = error;
    if (statusCode === 413 || statusCode === 415) refusals.count += 1;
    if (statusCode < 500) return reply.code(statusCode).send(`${error.message}\n`);
    failures.error({ requestId: request.id, failure: describeFailure(error) }, 'a delivery could not be kept');
    return reply.code(503).header('retry-after', '5').send('could not be kept: send it again\n');
  });

  for (const [path, urlKind] of Object.entries(kinds)) {
    const url = `/webhooks/callerdesk/:secret${path}`;
    app.route({
      method: app.supportedMethods,
      url,
      handler: async (request, reply) => {
        const receivedAt = instantOf(Date.now());
        const account = request.getDecorator<Account>(accountOf);
        const read = readDelivery({ account, delivery: deliveryOf(request), urlKind, receivedAt });
        if ((await writer.write(account, read)) === 'RECORDED' && read.facts) zoneCheck.see(account, read.facts);
        reply.code(read.status).type('text/plain');
        return read.status === 200 ? 'success' : 'kept, but the body is not what its content type says\n';
      },
    });
  }
}

/** Answers what is not read; undefined where it is. */
function refuse(request: FastifyRequest, reply: FastifyReply, refusals: Refusals): FastifyReply | undefined {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'POST') return refuseMethod(reply);
  if (method === 'POST' && !isReadable(request)) {
    refusals.count += 1;
    return refuseType(reply);
  }
  if (queryOf(request).length > maxBodyBytes) {
    refusals.count += 1;
    return reply.code(413).send('the query string is too long\n');
  }
  // Fastify refuses a blank type, which says as little as none.
  if (!headers['content-type']) delete headers['content-type'];
  return undefined;
}

/** What follows the first question mark. */
function queryOf({ raw: { url = '' } }: FastifyRequest): string {
  const mark = url.indexOf('?');
  return mark < 0 ? '' : url.slice(mark + 1);
}

/** The body; or the query string, where there is no body. */
function deliveryOf(request: FastifyRequest): Delivery {
  const contentType = request.headers['content-type'] ?? null;
  const query = queryOf(request);
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (request.method === 'GET' || (body.length === 0 && query !== '')) {
    return { form: 'QUERY', body: Buffer.from(query), contentType };
  }
  return { form: contentType?.includes('x-www-form-urlencoded') ? 'FORM' : 'JSON', body, contentType };
}

function isReadable({ headers }: FastifyRequest): boolean {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return !type || readable.test(type);
}

function refuseMethod(reply: FastifyReply) {
  return reply.code(405).header('allow', 'GET, POST').send('use GET or POST\n');
}

function refuseType(reply: FastifyReply) {
  return reply.code(415).send('send application/json or application/x-www-form-urlencoded\n');
}
