import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../startup-error.ts';
import { readOwned, trustedOwners } from './owned-file.ts';
import { giveTo, type ServerHome } from './server-home.ts';

/** Where the password of an embedded server is kept. */
export function passwordFile(home: ServerHome): string {
  return join(home.folder, 'password');
}

/** The password of an embedded server: made before its data, and as long-lived. */
export async function keepServerPassword(home: ServerHome): Promise<string> {
  const file = passwordFile(home);
  if (!existsSync(home.data)) await makePassword(home, file);
  return readOwned(file, trustedOwners(home.user)).catch((error: Error) => {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The password of the database in ${home.data} cannot be read: ${error.message}.`);
  });
}

async function makePassword(home: ServerHome, file: string): Promise<void> {
  await rm(file, { force: true });
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(24).toString('base64url'));
    await handle.sync();
  } finally {
    await handle.close();
  }
  giveTo(home.user, file);
}
