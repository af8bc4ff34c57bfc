import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../playground/chromium.ts';
import { startApp, type TestApp } from '../support/app.ts';

const chromium = findChromium();
const update = 'mutation { updateAgent(id: "x", name: "A") { id } }';

/** What a page can learn of a request that it makes with its reader's browser. */
type Learnt = { status: number; type: string; body: string } | { failed: string };

function listen(server: Server | TcpServer): Promise<number> {
  return new Promise((listening) => {
    server.listen(0, '127.0.0.1', () => listening((server.address() as AddressInfo).port));
  });
}

describe.skipIf(!chromium)('in a browser', { timeout: 60_000 }, () => {
  let service: TestApp;
  let browser: Browser;
  /** Of somebody else, with a name of their own. */
  let strangers: Server;
  /** Where their name leads to: first to their server, and later to this machine. */
  let name: TcpServer;
  let leadsTo: string;
  let strangersPort: string;
  let servicePort: string;

  beforeAll(async () => {
    service = await startApp({ hosts: { host: '127.0.0.1', publicHosts: ['calls.example.com'] } });
    strangers = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html', connection: 'close' }).end('<p>hello'),
    );
    name = createTcpServer((socket) => {
      const onwards = connect(Number(leadsTo), '127.0.0.1');
      socket.pipe(onwards).pipe(socket);
      socket.on('error', () => onwards.destroy());
      onwards.on('error', () => socket.destroy());
    });
    const ports = await Promise.all([strangers, name].map(listen));
    strangersPort = String(ports[0]);
    servicePort = new URL(service.url).port;
    const rules = [`MAP evil.example 127.0.0.1:${ports[1]}`, 'MAP calls.example.com 127.0.0.1'];
    browser = await launchChromium(chromium ?? '', [
      `--host-resolver-rules=${rules.join(', ')}`,
      // Chromium has a defence of its own where it knows that a name leads to this machine; other browsers have none.
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
    ]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    strangers?.close();
    name?.close();
    await service?.close();
  });

  async function openPage(url: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(url);
    return page;
  }

  function ask(page: Page, url: string, query: string, init: Record<string, unknown> = {}): Promise<Learnt> {
    return page.evaluate(
      async ([address, options]) => {
        try {
          const reply = await fetch(address, options);
          return { status: reply.status, type: reply.type, body: await reply.text() };
        } catch (error) {
          return { failed: String(error) };
        }
      },
      [
        url,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
          ...init,
        },
      ] as const,
    );
  }

  /** Opens the strangers' page, and has their name lead to a service when it is open. */
  async function openRebound(port: string): Promise<Page> {
    leadsTo = strangersPort;
    const page = await openPage('http://evil.example/');
    leadsTo = port;
    return page;
  }

  test('a page whose name was led to this machine (DNS rebinding) gets nothing', async () => {
    const page = await openRebound(servicePort);
    for (const query of ['{ accounts { name } }', update]) {
      const learnt = await ask(page, 'http://evil.example/graphql', query);
      expect(learnt).toMatchObject({ status: 421, body: expect.stringContaining('PUBLIC_HOSTS') });
    }
    await page.context().close();
  });

  test('it would get everything where any name is taken: the browser does not hold it back', async () => {
    const open = await startApp({ hosts: { host: '0.0.0.0' } });
    const page = await openRebound(new URL(open.url).port);
    const learnt = await ask(page, 'http://evil.example/graphql', '{ accounts { name } }');
    expect(learnt).toMatchObject({ status: 200, type: 'basic', body: expect.stringContaining('default') });
    await page.context().close();
    await open.close();
  });

  /** What a page gets by GET, read or as a script, which a browser sends without asking first. */
  const getBy = (page: Page, address: string): Promise<Learnt> =>
    ask(page, `${address}/graphql?query=${encodeURIComponent('{ accounts { name } }')}`, '', {
      method: 'GET',
      headers: {},
      body: undefined,
    });

  test('a GET is answered to the service’s own page, and to no other', async () => {
    const page = await openRebound(strangersPort);
    const before = service.logged.length;
    expect(await getBy(page, service.url)).toMatchObject({ failed: expect.any(String) });
    await page.setContent(`<script src="${service.url}/graphql?query={accounts{name}}"></script>`, {
      waitUntil: 'load',
    });
    const asked = service.logged.slice(before).filter(({ route }) => route === '/graphql');
    expect(asked.map(({ method, status }) => [method, status])).toEqual([
      ['GET', 403],
      ['GET', 403],
    ]);
    await page.context().close();
    const own = await openPage(`http://calls.example.com:${servicePort}/graphql`);
    const learnt = await getBy(own, `http://calls.example.com:${servicePort}`);
    expect(learnt).toMatchObject({ status: 200, type: 'basic', body: expect.stringContaining('default') });
    await own.context().close();
  });

  test('a page of a named origin reads answers and their heads, and others do not', async () => {
    const named = await startApp({
      access: { adminToken: 'an-admin-token-for-tests' },
      hosts: { host: '127.0.0.1', allowedOrigins: ['http://evil.example'] },
    });
    const page = await openRebound(strangersPort);
    const headers = { 'content-type': 'application/json', 'x-api-key': 'an-admin-token-for-tests' };
    const learnt = await ask(page, `${named.url}/graphql`, '{ accounts { name } }', { headers });
    expect(learnt).toMatchObject({ status: 200, type: 'cors', body: expect.stringContaining('default') });
    expect(await ask(page, `${named.url}/graphql`, update, { headers })).toMatchObject({
      status: 200,
      body: expect.stringContaining('NOT_FOUND'),
    });
    expect(await getBy(page, named.url)).toMatchObject({ status: 401, type: 'cors' });
    const told = await page.evaluate(async (address) => {
      const { headers: head } = await fetch(address, { headers: { 'x-api-key': 'an-admin-token-for-tests' } });
      return ['ratelimit', 'etag'].map((name) => head.get(name));
    }, `${named.url}/graphql?query={accounts{name}}`);
    expect(told).toEqual([expect.stringContaining('"cost"'), expect.stringMatching(/^W\//)]);
    await page.context().close();
    await named.close();
  });

  test('a page of another origin learns nothing and changes nothing', async () => {
    const page = await openRebound(strangersPort);
    const before = service.logged.length;
    for (const query of ['{ accounts { name } }', update]) {
      expect(await ask(page, `${service.url}/graphql`, query)).toMatchObject({ failed: expect.any(String) });
      const blind = { mode: 'no-cors', headers: { 'content-type': 'text/plain' } };
      const learnt = await ask(page, `${service.url}/graphql`, query, blind);
      expect(JSON.stringify(learnt)).not.toContain('accounts');
    }
    const answered = service.logged.slice(before).filter(({ route }) => route === '/graphql');
    expect(answered.filter(({ status }) => status === 200)).toEqual([]);
    await page.context().close();
  });

  /** What becomes of the doors of subscriptions that a page opens with its reader's browser. */
  const subscribeFrom = (page: Page, host: string) =>
    page.evaluate(
      async ([address, query]) => {
        const socket = new WebSocket(`ws://${address}/graphql`, 'graphql-transport-ws');
        const opened = new Promise<string>((resolve) => {
          socket.onerror = () => resolve('refused');
          socket.onopen = () => socket.send(JSON.stringify({ type: 'connection_init' }));
          socket.onmessage = ({ data }) => resolve(JSON.parse(data).type);
        });
        const source = new EventSource(`http://${address}/graphql/stream?query=${encodeURIComponent(query)}`);
        const streamed = new Promise<string>((resolve) => {
          source.onerror = () => resolve('refused');
          source.addEventListener('next', (event) => resolve((event as Event & { data: string }).data));
        });
        const heard = [await opened, await streamed];
        socket.close();
        source.close();
        return heard;
      },
      [host, 'subscription { liveCalls { callSid } }'] as const,
    );

  test('a page of another origin, or whose name was led here, subscribes to nothing; one of the service does', async () => {
    const foreign = await openRebound(strangersPort);
    expect(await subscribeFrom(foreign, new URL(service.url).host)).toEqual(['refused', 'refused']);
    await foreign.context().close();
    const rebound = await openRebound(servicePort);
    expect(await subscribeFrom(rebound, 'evil.example')).toEqual(['refused', 'refused']);
    await rebound.context().close();
    const own = `calls.example.com:${servicePort}`;
    const page = await openPage(`http://${own}/graphql`);
    expect(await subscribeFrom(page, own)).toEqual(['connection_ack', expect.stringContaining('liveCalls')]);
    await page.context().close();
  });

  test('a page of another origin cannot show the service within itself', async () => {
    const page = await openRebound(strangersPort);
    await page.setContent(`<iframe src="${service.url}/graphql"></iframe>`);
    await page.waitForTimeout(500);
    expect(
      await page
        .frames()[1]
        ?.evaluate('location.href')
        .catch(() => 'refused'),
    ).not.toContain('/graphql');
    await page.context().close();
  });

  test('a page of the service’s own name asks and changes', async () => {
    const url = `http://calls.example.com:${servicePort}/graphql`;
    const page = await openPage(url);
    expect(await ask(page, url, '{ accounts { name } }')).toMatchObject({ status: 200, type: 'basic' });
    expect(await ask(page, url, update)).toMatchObject({ status: 200, body: expect.stringContaining('NOT_FOUND') });
    await page.context().close();
  });
});
