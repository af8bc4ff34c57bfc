import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartupError } from '../startup-error.ts';
import { readOwned, trustedOwners } from './owned-file.ts';
import { giveTo, type ServerHome } from './server-home.ts';

/** Where the password of an embedded server's superuser is kept. */
export function passwordFile(home: ServerHome): string {
  return join(home.folder, 'password');
}

/** Where the password of the role is kept that the service works as. */
export const servicePasswordName = 'service-password';

/** The password of an embedded server's superuser: made before its data, and as long-lived. */
export async function keepServerPassword(home: ServerHome): Promise<string> {
  const file = passwordFile(home);
  if (!existsSync(home.data)) await makePassword(home, file);
  return readPassword(home, file);
}

/** The password of the service's role, which is given to it at each start. */
export async function keepServicePassword(home: ServerHome): Promise<string> {
  const file = join(home.folder, servicePasswordName);
  if (!existsSync(file)) await makePassword(home, file);
  return readPassword(home, file);
}

async function readPassword(home: ServerHome, file: string): Promise<string> {
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
