import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Where Chromium is (CHROMIUM, else Debian's place), or null where there is none: the tests that need it are skipped. */
export function findChromium(): string | null {
  const path = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  console.warn(`No Chromium at ${path}: the browser tests are skipped. Install it, or set CHROMIUM to its path.`);
  return null;
}

/** A Chromium that asks nothing of the network by itself. */
export function launchChromium(executablePath: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}
