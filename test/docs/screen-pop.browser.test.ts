import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { administrator, type Viewer } from '../../src/access/viewer.ts';
import { projectFile } from '../../src/project-file.ts';
import { findChromium, launchChromium } from '../playground/chromium.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { openProxy, type TcpProxy } from '../support/tcp-proxy.ts';

// The page of docs/clients/screen-pop.md, as it stands there, served from an origin of its own.

const chromium = findChromium();
const html = /```html\n([\s\S]*?)```/.exec(readFileSync(projectFile('docs/clients/screen-pop.md'), 'utf8'))?.[1] ?? '';

const viewers: Record<string, Viewer> = {
  'Bearer full': administrator,
  'Bearer masked': { name: 'masked', accounts: 'all', scopes: ['calls'] },
};
const nobody: Viewer = { name: 'nobody', accounts: [], scopes: [] };

const secondsAgo = (seconds: number) =>
  // In India's time.
  new Date(Date.now() + 5.5 * 3_600_000 - seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
const customer = '9812345678';
const ofAgent = (sid: string, seconds: number) => ({
  CallSid: sid,
  Direction: 'IVR',
  SourceNumber: customer,
  DestinationNumber: '08062861230',
  DialWhomNumber: '9281234567',
  receiver_name: 'Asha',
  StartTime: secondsAgo(seconds),
});
const report = (sid: string, seconds: number, Status: string) => ({
  ...ofAgent(sid, seconds),
  type: 'call_report',
  Status,
  EndTime: secondsAgo(seconds - 40),
  TalkDuration: Status === 'ANSWER' ? '31' : '0',
});
const rings = (sid: string) => ({ ...ofAgent(sid, 12), type: 'live_call', Status: 'Transfer to agent' });

describe.skipIf(!chromium)('the screen pop in a browser', { timeout: 60_000 }, () => {
  let desk: Server;
  let service: TestApp;
  let network: TcpProxy;
  let browser: Browser;
  let page: Page;
  let agent: string;
  let pseudonym: string;
  let complaints: string[];

  beforeAll(async () => {
    desk = createServer((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html),
    );
    await new Promise<void>((listening) => desk.listen(0, '127.0.0.1', listening));
    service = await startApp({
      hosts: { host: '127.0.0.1', allowedOrigins: [deskUrl()] },
      viewerOf: (authorization) => viewers[authorization ?? ''] ?? nobody,
    });
    await service.send(report('yesterday', 90_000, 'ANSWER'));
    await service.send(report('this-morning', 7_000, 'NO ANSWER'));
    const headers = { 'content-type': 'application/json', authorization: 'Bearer full' };
    const body = JSON.stringify({ query: '{ agents { nodes { id } } customers { nodes { id pseudonym } } }' });
    const { data } = (await (await fetch(`${service.url}/graphql`, { method: 'POST', headers, body })).json()) as {
      data: { agents: { nodes: { id: string }[] }; customers: { nodes: { id: string; pseudonym: string }[] } };
    };
    agent = data.agents.nodes[0]?.id ?? '';
    pseudonym = data.customers.nodes[0]?.pseudonym ?? '';
    // A name is what somebody entered: no page may take it for anything else.
    const name = '<img src=x onerror=alert(1)> Mira';
    await service.database.pool.query('update customers set name = $1', [name]);
    network = await openProxy({ host: '127.0.0.1', port: Number(new URL(service.url).port) });
    browser = await launchChromium(chromium ?? '');
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await network?.close();
    await service?.close();
    desk?.close();
  });

  beforeEach(async () => {
    complaints = [];
    page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('dialog', (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(deskUrl());
  });

  afterEach(async () => {
    await page.context().close();
    expect(complaints).toEqual([]);
  });

  const deskUrl = () => `http://127.0.0.1:${(desk.address() as AddressInfo).port}`;

  async function listen(key: string): Promise<void> {
    await page.fill('[name=service]', `http://127.0.0.1:${network.port}`);
    await page.fill('[name=agent]', agent);
    await page.fill('[name=key]', key);
    await page.click('button');
  }
  const expectState = (text: string) => expect.poll(() => page.textContent('output'), { timeout: 20_000 }).toBe(text);
  const popped = async (text: string) => {
    await page.locator('main', { hasText: text }).waitFor({ timeout: 20_000 });
    return (await page.innerText('main')).replaceAll(/\s+/g, ' ');
  };
  const gone = () => page.locator('main').waitFor({ state: 'hidden', timeout: 20_000 });

  test('a key that sees numbers: who calls, what became of their calls, and which were missed; gone when it is over', async () => {
    await listen('full');
    await expectState('Listening');
    expect(await page.isVisible('main')).toBe(false);
    await service.send(rings('now-1'));
    const text = await popped('Mira');
    expect(text).toContain('<img src=x onerror=alert(1)> Mira');
    expect(text).toContain(`INBOUND · +91${customer} · ${pseudonym}`);
    expect(text).toMatch(/waiting for 1\d s/);
    // The missed one, and before it the one that was answered.
    expect(text).toMatch(/Missed \S[^A-Z]+(AM|PM) Last calls .+MISSED .+ ANSWERED, 31 s/);
    await service.send(report('now-1', 12, 'ANSWER'));
    await gone();
  });

  test('a masked key: the number is masked, the pseudonym tells who it is, and the history is there', async () => {
    await listen('masked');
    await expectState('Listening');
    await service.send(rings('now-2'));
    const text = await popped(pseudonym);
    expect(text).toContain('+91 98•••••678');
    expect(text).not.toContain(customer);
    expect(text).not.toContain('Mira');
    expect(text).toMatch(/Missed \S[^A-Z]+(AM|PM) Last calls .+MISSED .+ ANSWERED, 31 s/);
    await service.send(report('now-2', 12, 'ANSWER'));
    await gone();
  });

  test('after a cut it goes on from where it was, and is told of the call that rang meanwhile', async () => {
    const tokens: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') tokens.push(request.headers()['last-event-id']);
    });
    await listen('full');
    await expectState('Listening');
    await service.send(rings('now-3'));
    await popped('Mira');
    await service.send(report('now-3', 12, 'ANSWER'));
    await gone();
    // Nothing leads anywhere for a while.
    network.retarget({ host: '127.0.0.1', port: 9 });
    network.cut();
    await expectState('Cut off, trying again');
    await service.send(rings('now-4'));
    network.retarget({ host: '127.0.0.1', port: Number(new URL(service.url).port) });
    await popped('Mira');
    expect(tokens[0]).toBeUndefined();
    expect(tokens.at(-1)).toEqual(expect.stringMatching(/.+/));
    await service.send(report('now-4', 12, 'ANSWER'));
    await gone();
  });

  test('what cannot be is told: a key that opens no calls', async () => {
    await listen('nonsense');
    await expect.poll(() => page.textContent('output'), { timeout: 20_000 }).toContain('calls');
    await page.waitForTimeout(1500);
    expect(await page.textContent('output')).toContain('calls');
  });
});
