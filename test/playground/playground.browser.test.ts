import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPlayground } from '../../scripts/build-playground.mjs';
import { startApp, type TestApp } from '../support/app.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { findChromium, launchChromium } from './chromium.ts';

const chromium = findChromium();

describe.skipIf(!chromium)('the playground in a browser', { timeout: 60_000 }, () => {
  let service: TestApp;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    await buildPlayground();
    service = await startApp();
    await service.send(theSampleCall);
    browser = await launchChromium(chromium ?? '');
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  beforeEach(async () => {
    complaints = [];
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    context.on('weberror', ({ error }) => complaints.push(`error: ${error()}`));
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on('worker', (worker) =>
      worker.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(`worker ${message.text()}`);
      }),
    );
    context.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    await context.route(
      (url) => url.protocol.startsWith('http') && url.origin !== service.url,
      (route) => {
        complaints.push(`another origin: ${route.request().url()}`);
        return route.abort();
      },
    );
    await page.addInitScript(
      `addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, 'refuses', e.blockedURI));`,
    );
  });

  afterEach(async () => {
    const heard = [...complaints];
    await page.context().close();
    expect(heard).toEqual([]);
  });

  test('opens with an example, its name and the list of examples', async () => {
    await open();
    expect(await page.title()).toContain('Call analytics');
    await expectText('.graphiql-query-editor', 'query CallsByDay');
    await expectText('.playground-examples', 'Answer rate by agent');
  });

  test('runs an example and shows the answer', async () => {
    await open();
    await page.getByRole('button', { name: 'One call' }).click();
    await expectText('.graphiql-query-editor', 'query OneCall');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await expectText('.result-window', '1672649960.9601');
  });

  test('a link may bring a query, which waits for its reader', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
    await open('#query=query%20Linked%20%7B%20accounts%20%7B%20name%20%7D%20%7D&variables=%7B%22a%22%3A1%7D');
    await expectText('.graphiql-query-editor', 'query Linked');
    expect(page.url()).toBe(`${service.url}/graphql`);
    expect(asked.filter((sent) => sent.includes('Linked'))).toEqual([]);
  });

  test('marks what the schema does not have, and completes what it has', async () => {
    await open('#query=query%20Wrong%20%7B%20nothingLikeThis%20%7D');
    await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ callByS');
    await page.keyboard.press('Control+Space');
    await expectText('.suggest-widget.visible', 'callBySid');
  });

  test('shows the documentation of the schema', async () => {
    await open();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click();
    await expectText('.graphiql-doc-explorer', 'callBySid');
  });

  test('follows the system between light and dark', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await open();
    await page.locator('.graphiql-query-editor .monaco-editor.vs').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('.graphiql-query-editor .monaco-editor.vs-dark').waitFor();
  });

  async function open(search = '') {
    await page.goto(`${service.url}/graphql${search}`);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
  }

  /** Monaco writes no-break spaces. */
  async function expectText(selector: string, text: string) {
    await page
      .locator(selector)
      .filter({ hasText: new RegExp(text.replaceAll('.', '\\.').replaceAll(' ', '\\s')) })
      .waitFor();
  }
});
