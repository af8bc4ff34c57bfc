import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepWebhookSecret } from '../../src/access/webhook-secret.ts';
import { isWebhookSecret } from '../../src/config.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'call-analytics-secret-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a secret is made once, for this folder only, and nobody else may read it', async () => {
  const dataDir = join(folder, 'data');
  const secret = await keepWebhookSecret(dataDir);
  expect(secret.length).toBeGreaterThanOrEqual(32);
  expect(isWebhookSecret(secret)).toBe(true);
  expect(await keepWebhookSecret(dataDir)).toBe(secret);
  expect(await keepWebhookSecret(join(folder, 'other'))).not.toBe(secret);
  expect((await stat(join(dataDir, 'webhook-secret'))).mode & 0o777).toBe(0o600);
});

test('many that need it at once agree on one, and leave nothing else behind', async () => {
  const secrets = await Promise.all(Array.from({ length: 20 }, () => keepWebhookSecret(folder)));
  expect(new Set(secrets).size).toBe(1);
  expect(await readdir(folder)).toEqual(['webhook-secret']);
});

test('a kept secret that is none is refused, not replaced', async () => {
  await writeFile(join(folder, 'webhook-secret'), 'short\n');
  await expect(keepWebhookSecret(folder)).rejects.toThrow(/webhook-secret does not hold a secret .* remove it/);
});
