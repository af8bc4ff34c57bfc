import { execFile, spawn, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page, WebSocket } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPlayground } from '../../scripts/build-playground.mjs';
import { startApp, type TestApp } from '../support/app.ts';
import { theSampleCall } from '../support/sample-call.ts';
import { findChromium, launchChromium } from './chromium.ts';

const chromium = findChromium();

const hasPython = spawnSync('python3', ['--version']).status === 0;
const minutesAgo = (minutes: number) =>
  // In India's time.
  new Date(Date.now() + 5.5 * 3_600_000 - minutes * 60_000).toISOString().slice(0, 19).replace('T', ' ');
const callOfToday = {
  ...theSampleCall,
  CallSid: 'of-today',
  receiver_name: 'Asha',
  StartTime: minutesAgo(10),
  EndTime: minutesAgo(9),
};

const ringing = {
  type: 'live_call',
  SourceNumber: '9812345679',
  DestinationNumber: '08062861230',
  Direction: 'IVR',
  Status: 'Transfer to agent',
  DialWhomNumber: '9281234567',
  receiver_name: 'Asha',
};

/** What a program that does not end by itself has written once it has told of a figure. */
async function firstOutput(program: string, args: string[]): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const done = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const end = () => child.pid && process.kill(-child.pid, 'SIGKILL');
  const late = setTimeout(end, 20_000);
  let text = '';
  for await (const part of child.stdout) {
    text += part;
    if (text.includes('talkingCount')) break;
  }
  clearTimeout(late);
  if (child.exitCode === null && child.signalCode === null) end();
  await done;
  return text;
}

describe.skipIf(!chromium)('the playground in a browser', { timeout: 90_000 }, () => {
  let service: TestApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    await buildPlayground();
    service = await startApp();
    await service.send(theSampleCall);
    await service.send(callOfToday);
    browser = await launchChromium(chromium ?? '');
    // One for all: what the page loads is compiled once.
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    context.on('weberror', ({ error }) => complaints.push(`error: ${error()}`));
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
    context.on('requestfailed', (request) => {
      // A page that is left while it still loads gives that up.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()}`);
    });
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== service.url) complaints.push(`another origin: ${request.url()}`);
    });
    await context.addInitScript(
      `addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, 'refuses', e.blockedURI));`,
    );
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  beforeEach(async () => {
    complaints = [];
    page = await context.newPage();
    page.setDefaultTimeout(40_000);
    // Nothing is left of the page before.
    await page.goto(`${service.url}/healthz`);
    await page.evaluate('localStorage.clear()');
    page.on('worker', (worker) =>
      worker.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(`worker ${message.text()}`);
      }),
    );
  });

  afterEach(async () => {
    const heard = [...complaints];
    await page.close();
    expect(heard).toEqual([]);
  });

  /** As soon as the cursor is in the editor, which nobody has put there but the page. */
  const pressRun = async () => {
    await page.waitForFunction(
      `document.querySelector('.graphiql-query-editor')?.contains(document.activeElement) === true`,
    );
    await page.keyboard.press('Control+Enter');
  };

  test('opens with an example that has run, its name and the list of examples', async () => {
    await open();
    expect(await page.title()).toContain('Call analytics');
    await expectText('.graphiql-query-editor', 'query CallsByDay');
    await expectText('.playground-examples', 'Answer rate by agent');
    await page.locator('.playground-views canvas').first().waitFor();
  });

  test('runs an example and shows the answer', async () => {
    await open();
    await choose('One call', 'OneCall');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await expectText('.result-window', 'of-today');
  });

  test('Ctrl+Enter runs an example right after it was chosen, also one that needs a variable', async () => {
    await open();
    await choose('Recent calls', 'RecentCalls');
    await pressRun();
    await expectText('.result-window', 'of-today');
    await choose('Ended calls', 'EndedCalls');
    await pressRun();
    await expectText('.result-window', 'endedCalls');
    await choose('Recent calls', 'RecentCalls');
    await expectText('.result-window', 'of-today');
  });

  test('groups and heat maps are seen as charts, and everything as tables', async () => {
    await open();
    await choose('Busiest agents and the rest', 'BusiestAgents');
    await pressRun();
    await expectText('.playground-bars', 'Asha');
    await choose('Heat map', 'HeatMap');
    await pressRun();
    await page.locator('.playground-heat').waitFor();
    expect(await page.locator('.playground-heat tbody td').count()).toBe(7 * 24);
    expect(await page.locator('.playground-heat td[title$=": 1"]').count()).toBe(1);
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    expect(await page.locator('.playground-table tbody tr').count()).toBe(7 * 24);
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    await expectText('.result-window', 'heatMap');
  });

  test('a subscription is answered again as calls come, until it is stopped, and shared as a stream', async () => {
    await open();
    await choose('Board as it changes', 'BoardAsItChanges', 'subscription');
    const sockets: WebSocket[] = [];
    page.on('websocket', (socket) => sockets.push(socket));
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    await expectText('.result-window', '"ringingCount": 0');
    await service.send({ ...ringing, CallSid: 'rings-now' });
    await expectText('.result-window', '"ringingCount": 1');
    await page.getByRole('button', { name: 'Stop query' }).click();
    await page.getByRole('button', { name: 'Execute query' }).waitFor();
    await expect.poll(() => sockets.map((socket) => socket.isClosed())).toEqual([true]);
    await page.getByRole('button', { name: /^Share/ }).click();
    const share = page.getByRole('dialog', { name: 'Share this query' });
    expect(await share.getByRole('tab').allInnerTexts()).toEqual(['Link', 'curl', 'Python', 'JavaScript']);
    const told = async (form: string, program: string, args: string[]) => {
      await share.getByRole('tab', { name: form }).click();
      const text = await share.getByRole('textbox', { name: form }).inputValue();
      return firstOutput(program, [...args, text]);
    };
    expect(await told('curl', 'bash', ['-c'])).toContain('"ringingCount":1');
    expect(await told('JavaScript', 'node', ['--input-type=module', '-e'])).toContain('"ringingCount": 1');
    if (hasPython) expect(await told('Python', 'python3', ['-c'])).toContain('"ringingCount": 1');
  });

  test('what is wrong with a subscription is shown', async () => {
    await open('#query=subscription%20Wrong%20%7B%20nothingLikeThis%20%7D');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await expectText('.result-window', 'GRAPHQL_VALIDATION_FAILED');
    await page.getByRole('button', { name: 'Execute query' }).waitFor();
  });

  test('a query is shared as a link that opens it, and as what other programs run', async () => {
    await open();
    await choose('Recent calls', 'RecentCalls');
    await page.getByRole('button', { name: /^Share/ }).click();
    const share = page.getByRole('dialog', { name: 'Share this query' });
    const shown = async (form: string) => {
      await share.getByRole('tab', { name: form }).click();
      return share.getByRole('textbox', { name: form }).inputValue();
    };
    const link = await shown('Link');
    const environment = { PATH: process.env.PATH ?? '' };
    const run = async (program: string, args: string[]) =>
      JSON.parse((await promisify(execFile)(program, args, { env: environment })).stdout);
    const { calls } = await service.query<{ calls: object }>('{ calls { totalCount } }');
    const answer = { data: { calls } };
    expect(await run('bash', ['-c', await shown('curl')])).toMatchObject(answer);
    expect(await run('node', ['--input-type=module', '-e', await shown('JavaScript')])).toMatchObject(answer);
    if (hasPython) expect(await run('python3', ['-c', await shown('Python')])).toMatchObject(answer);
    expect(await shown('Power Query')).toContain(`Web.Contents("${service.url}/graphql"`);
    await share.getByRole('button', { name: 'Close' }).click();
    await share.waitFor({ state: 'detached' });
    // What is left while it loads would count as failed.
    await page.waitForLoadState('networkidle');
    await page.goto('about:blank');
    await page.goto(link);
    await expectText('.graphiql-query-editor', 'query RecentCalls');
    await page.waitForLoadState('networkidle');
  });

  test('fits a narrow screen: nothing is wider, and each part can be reached', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    await page.locator('.playground-views canvas').first().waitFor();
    await page.getByRole('button', { name: 'Show Examples' }).click();
    await choose('Heat map', 'HeatMap');
    expect(await page.locator('.playground-examples').count()).toBe(0);
    await pressRun();
    await page.locator('.playground-heat').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    const { width, height } = (await page.locator('.result-window').boundingBox()) ?? { width: 0, height: 0 };
    expect(width).toBeGreaterThan(250);
    expect(height).toBeGreaterThan(300);
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

  /** Clicks an example, which is then in the editor. */
  async function choose(title: string, operation: string, kind = 'query') {
    await page
      .locator('.playground-examples')
      .getByRole('button', { name: new RegExp(`^${title}`) })
      .click();
    await expectText('.graphiql-query-editor', `${kind} ${operation}`);
  }

  /** Monaco writes no-break spaces. */
  async function expectText(selector: string, text: string) {
    await page
      .locator(selector)
      .filter({ hasText: new RegExp(text.replaceAll('.', '\\.').replaceAll(' ', '\\s')) })
      .waitFor();
  }
});
