import { randomBytes } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isWebhookSecret } from '../config.ts';
import { checkFolderOwner, except, readOwned, trustedOwnersIn, writeNew } from '../owned-file.ts';
import { StartupError } from '../startup-error.ts';

/** The webhook's secret where no setting gives one: made at the first start and kept in DATA_DIR. */
export async function keepWebhookSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'webhook-secret');
  await makeFolder(dataDir);
  const owners = await trustedOwnersIn(dataDir);
  await checkFolderOwner(dataDir, owners);
  const kept = (await readKept(file, owners)) ?? (await makeSecret(file, owners));
  if (!isWebhookSecret(kept)) {
    throw new StartupError(`${file} does not hold a secret of 16 to 128 characters: remove it, and a new one is made.`);
  }
  return kept;
}

async function makeFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new StartupError(`The webhook's secret cannot be kept in DATA_DIR: ${error.message}. Or set WEBHOOK_SECRET.`);
  });
}

async function readKept(file: string, owners: readonly number[]): Promise<string | null> {
  const text = await readOwned(file, owners).catch(except('ENOENT'));
  return text === null ? null : text.trim();
}

async function makeSecret(file: string, owners: readonly number[]): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeNew(draft, `${secret}\n`);
    await link(draft, file);
    return secret;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const others = code === 'EEXIST' ? await readKept(file, owners) : null;
    if (others !== null) return others;
    throw new StartupError(`The webhook's secret cannot be kept in DATA_DIR: ${message}. Or set WEBHOOK_SECRET.`);
  } finally {
    await rm(draft, { force: true });
  }
}
