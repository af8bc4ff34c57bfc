import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPlayground } from '../../scripts/build-playground.mjs';
import { createKey } from '../../src/access/keys/create-key.ts';
import { revokeKey } from '../../src/access/keys/revoke-key.ts';
import { administrator } from '../../src/access/viewer.ts';
import { instantOf } from '../../src/time/instant.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { findChromium, launchChromium } from './chromium.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('the playground where keys are needed', { timeout: 90_000 }, () => {
  let service: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let key: string;
  let made = 0;
  /** Every address that was asked for, and what was written to the console. */
  let addresses: string[];
  let complaints: string[];

  beforeAll(async () => {
    await buildPlayground();
    service = await startApp({ access: { host: '0.0.0.0' } });
    browser = await launchChromium(chromium ?? '');
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  const asked = () => ({ now: instantOf(Date.now()), path: [] });
  const nameOfKey = () => `key ${made}`;

  beforeEach(async () => {
    made += 1;
    const rights = { accountIds: null, documentsOnly: false, budget: null };
    const wanted = { name: nameOfKey(), scopes: ['calls', 'metrics'] as const, ...rights };
    key = (await createKey(service.database.pool, administrator, wanted, asked())).secret;
    await expect.poll(() => statusWith(key), { timeout: 5_000 }).toBe(200);
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await newPage();
    addresses = [];
    complaints = [];
  });
  afterEach(() => context.close());

  async function newPage(): Promise<Page> {
    const opened = await context.newPage();
    opened.setDefaultTimeout(20_000);
    opened.on('request', (request) => addresses.push(request.url()));
    opened.on('console', (message) => {
      // Chromium itself tells of each 401.
      if (['error', 'warning'].includes(message.type()) && !message.text().includes('401'))
        complaints.push(message.text());
    });
    opened.on('dialog', (dialog) => complaints.push(`a dialog of the browser: ${dialog.type()}`));
    await opened.addInitScript(
      `addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, 'refuses', e.blockedURI));`,
    );
    return opened;
  }

  async function statusWith(sent: string): Promise<number> {
    const headers = { 'content-type': 'application/json', 'x-api-key': sent };
    const body = JSON.stringify({ query: '{ accounts { name } }' });
    return (await fetch(`${service.url}/graphql`, { method: 'POST', headers, body })).status;
  }

  const dialog = (on = page) => on.getByRole('dialog', { name: 'API key' });
  const field = (on = page) => dialog(on).getByLabel('Key', { exact: true });
  const editor = (on = page) => on.locator('.graphiql-query-editor .view-line').first();

  async function enter(text: string, on = page): Promise<void> {
    await field(on).fill(text);
    await dialog(on).getByRole('button', { name: 'Use this key' }).click();
  }

  test('it asks for one in a field that hides it, and shows nothing else until it is right', async () => {
    await page.goto(`${service.url}/graphql`);
    await dialog().waitFor();
    expect(await field().getAttribute('type')).toBe('password');
    expect(await field().getAttribute('autocomplete')).toBe('off');
    expect(await page.locator('.graphiql-container').count()).toBe(0);
    await page.keyboard.press('Escape');
    expect(await dialog().isVisible()).toBe(true);
    await enter('nonsense');
    await dialog().getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
    await enter(key);
    await editor().waitFor();
    expect(await dialog().count()).toBe(0);
    await page.getByRole('button', { name: `Key: ${nameOfKey()}` }).waitFor();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator('.playground-views canvas').first().waitFor();
    await page.getByRole('button', { name: /^Share/ }).click();
    await page.getByRole('tab', { name: 'curl' }).click();
    const curl = await page.getByRole('textbox', { name: 'curl' }).inputValue();
    expect(curl).not.toContain('cak_');
    const env = { PATH: process.env.PATH ?? '', API_KEY: key };
    const { stdout } = await promisify(execFile)('bash', ['-c', curl], { env });
    expect(JSON.parse(stdout)).toMatchObject({ data: { callMetrics: { totals: { callCount: 0 } } } });
    for (const form of ['Link', 'Python', 'JavaScript', 'Power Query']) {
      await page.getByRole('tab', { name: form }).click();
      const text = await page.getByRole('textbox', { name: form }).inputValue();
      expect(text).not.toContain('cak_');
      expect(text.includes('API_KEY')).toBe(form !== 'Link');
    }
    await page.getByRole('button', { name: 'Close' }).click();
    expect(complaints).toEqual([]);
    expect(addresses.join(' ')).not.toContain('cak_');
    expect(page.url()).toBe(`${service.url}/graphql`);
  });

  test('it keeps key, queries, variables and history for the tab: a reload has them, another tab and later ones do not', async () => {
    await page.goto(`${service.url}/graphql#${linkOf('query Mine { accounts { name } }', '{"a":1}')}`);
    // What earlier versions left.
    await page.evaluate("localStorage.setItem('graphiql:queries', 'of an earlier version')");
    await enter(key);
    await editor().waitFor();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator('.result-window').filter({ hasText: '"default"' }).waitFor();
    await expect.poll(() => page.evaluate("sessionStorage.getItem('graphiql:queries')")).toContain('Mine');
    await page.reload();
    await page
      .locator('.graphiql-query-editor')
      .filter({ hasText: /query\sMine/ })
      .waitFor();
    expect(await dialog().count()).toBe(0);
    const kept = await page.evaluate('({ local: { ...localStorage }, cookies: document.cookie })');
    expect(kept).toEqual({ local: {}, cookies: '' });
    expect(await context.cookies()).toEqual([]);

    const other = await newPage();
    await other.goto(`${service.url}/graphql`);
    await dialog(other).waitFor();
    await enter(key, other);
    await editor(other).waitFor();
    expect(await other.locator('.graphiql-query-editor').innerText()).not.toContain('Mine');
    expect(complaints).toEqual([]);
  });

  test('it asks again once the key is revoked, and the query stays', async () => {
    await page.goto(`${service.url}/graphql`);
    await enter(key);
    // The first example has run with it.
    await page.locator('.playground-views canvas').first().waitFor();
    await revokeKey(service.database.pool, administrator, { name: nameOfKey(), olderOnly: false }, asked());
    await expect.poll(() => statusWith(key), { timeout: 5_000 }).toBe(401);
    await page.getByRole('button', { name: 'Execute query' }).click();
    await dialog().waitFor();
    expect(await dialog().innerText()).toContain('not valid here any more');
    expect(await editor().isVisible()).toBe(true);
    await dialog().getByRole('button', { name: 'Forget the key' }).click();
    await dialog().getByText('nobody ask without a key').waitFor();
    expect(await page.evaluate('JSON.stringify({ ...sessionStorage })')).not.toContain('cak_');
  });

  test('a subscription is asked with the key, and ends with it', async () => {
    await page.goto(`${service.url}/graphql#${linkOf('subscription Mine { liveCalls { callSid } }', '')}`);
    await enter(key);
    await editor().waitFor();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.locator('.result-window').filter({ hasText: '"liveCalls"' }).waitFor();
    await revokeKey(service.database.pool, administrator, { name: nameOfKey(), olderOnly: false }, asked());
    await dialog().waitFor();
    await page.locator('.result-window').filter({ hasText: 'UNAUTHENTICATED' }).waitFor();
    // A right one is read anew; a wrong one is told by the close of its connection.
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await dialog().waitFor();
    await page.locator('.result-window').filter({ hasText: 'Forbidden' }).waitFor();
    expect(complaints).toEqual([]);
    expect(addresses.join(' ')).not.toContain('cak_');
  });

  test('another key can be taken, and the one there is can be forgotten', async () => {
    await page.goto(`${service.url}/graphql`);
    await enter(key);
    const button = page.getByRole('button', { name: `Key: ${nameOfKey()}` });
    await button.click();
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    expect(await dialog().count()).toBe(0);
    await button.click();
    await dialog().getByRole('button', { name: 'Forget the key' }).click();
    await dialog().getByText('nobody ask without a key').waitFor();
    expect(complaints).toEqual([]);
  });

  test('a key that the reader sends as a header of their own wins', async () => {
    await page.goto(`${service.url}/graphql`);
    await enter(key);
    await editor().waitFor();
    const sent: Record<string, string>[] = [];
    page.on('request', (request) => sent.push(request.headers()));
    await page.getByRole('button', { name: 'Headers', exact: true }).click();
    await page.locator('.graphiql-editor-tool .graphiql-editor:not(.hidden) .view-lines').last().click();
    await page.keyboard.type('{"authorization":"Bearer another"');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await expect.poll(() => sent.find(({ authorization }) => authorization === 'Bearer another')).toBeDefined();
    expect(sent.find(({ authorization }) => authorization)?.['x-api-key']).toBeUndefined();
  });

  test('a link that is opened where the page is open brings its query and variables, and no server is sent them', async () => {
    await page.goto(`${service.url}/graphql`);
    await enter(key);
    await editor().waitFor();
    await page.waitForLoadState('networkidle');
    await page.evaluate(`location.hash = '${linkOf('query Second { accounts { name } }', '{"a":1}')}'`);
    await page
      .locator('.graphiql-query-editor')
      .filter({ hasText: /query\sSecond/ })
      .waitFor();
    await expect.poll(() => page.evaluate("sessionStorage.getItem('graphiql:tabState')")).toContain('{\\"a\\":1}');
    expect(page.url()).toBe(`${service.url}/graphql`);
    expect(addresses.join(' ')).not.toContain('Second');
  });

  test('nothing of the page runs text as code, from here or elsewhere', async () => {
    await page.goto(`${service.url}/graphql`);
    // In a turn of its own: what a test evaluates itself is let pass.
    const tried = (code: string) =>
      page.evaluate(`new Promise((done) => setTimeout(() => {
        addEventListener('securitypolicyviolation', ({ effectiveDirective }) => done(effectiveDirective), { once: true });
        try { ${code} } catch {}
        setTimeout(() => done('let pass'), 2000);
      }))`);
    expect(await tried("eval('1 + 1')")).toBe('script-src');
    expect(await tried("new Function('1 + 1')()")).toBe('script-src');
    expect(await tried("document.body.append(Object.assign(document.createElement('script'), { text: '1' }))")).toBe(
      'script-src-elem',
    );
    expect(await tried("new Worker(URL.createObjectURL(new Blob([''])))")).toBe('worker-src');
    expect(await tried("fetch('http://127.0.0.1:1/').catch(() => {})")).toBe('connect-src');
    expect(await tried("document.body.style.cssText = 'color: red'")).toBe('let pass');
  });
});

const linkOf = (query: string, variables: string) =>
  new URLSearchParams({ query, variables }).toString().replaceAll('+', '%20');
