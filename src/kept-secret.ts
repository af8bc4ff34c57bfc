import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isWebhookSecret } from './config.ts';
import { StartupError } from './startup-error.ts';

/** The webhook's secret where no setting gives one: made at the first start and kept in DATA_DIR. */
export async function keepWebhookSecret(dataDir: string): Promise<string> {
  const file = join(dataDir, 'webhook-secret');
  const kept = (await readKept(file)) ?? (await makeOnce(file));
  if (!isWebhookSecret(kept)) {
    throw new StartupError(`${file} does not hold a secret of 16 to 128 characters: remove it, and a new one is made.`);
  }
  return kept;
}

async function readKept(file: string): Promise<string | null> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw new StartupError(`The webhook's secret in DATA_DIR cannot be read: ${error.message}.`);
    },
  );
}

async function makeOnce(file: string): Promise<string> {
  const secret = randomBytes(24).toString('base64url');
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(join(file, '..'), { recursive: true });
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
    return secret;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const others = code === 'EEXIST' ? await readKept(file) : null;
    if (others !== null) return others;
    throw new StartupError(`The webhook's secret cannot be kept in DATA_DIR: ${message}. Or set WEBHOOK_SECRET.`);
  } finally {
    await rm(draft, { force: true });
  }
}
