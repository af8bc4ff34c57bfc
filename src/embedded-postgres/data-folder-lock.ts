import { randomBytes } from 'node:crypto';
import { link, lstat, lutimes, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { except, readOwned, trustedOwners, writeNew } from '../owned-file.ts';
import { pidSpace, startTimeOf } from '../process-identity.ts';
import { StartupError } from '../startup-error.ts';

const holderSchema = z.object({ pid: z.number(), started: z.string(), pidSpace: z.string(), token: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Another process works in the folder. */
export class DataFolderInUse extends StartupError {}

const nobody: Holder = { pid: 0, started: '', pidSpace: '', token: '' };

const beatMs = 2_000;

/** Makes this process the only one that works in the folder, or says which one does. */
export async function lockDataFolder(
  folder: string,
  owners = trustedOwners(null),
): Promise<{ release: () => Promise<void> }> {
  const file = join(folder, 'service.lock');
  const me: Holder = {
    pid: process.pid,
    started: startTimeOf(process.pid) ?? 'unknown',
    pidSpace: pidSpace(),
    token: randomBytes(12).toString('hex'),
  };
  const holder = await take(file, me, owners);
  if (holder) {
    const who = `process ${holder.pid}${holder.pidSpace === me.pidSpace ? '' : ' of another container or machine'}`;
    throw new DataFolderInUse(
      `The data folder ${folder} is in use: ${who} works with it. Stop that one, or set DATA_DIR to another folder.`,
    );
  }
  const beat = setInterval(() => void lutimes(file, new Date(), new Date()).catch(() => {}), beatMs).unref();
  return {
    release: async () => {
      clearInterval(beat);
      if ((await readHolder(file, owners))?.token === me.token) await rm(file, { force: true });
    },
  };
}

/** Takes the lock, or tells who has it. A lock is left by its holder alone, or replaced by who holds the right to. */
async function take(file: string, me: Holder, owners: readonly number[]): Promise<Holder | null> {
  const draft = `${file}.${me.token}`;
  await writeNew(draft, JSON.stringify(me));
  try {
    for (;;) {
      if ((await link(draft, file).catch(except('EEXIST'))) !== null) return null;
      const holder = await readHolder(file, owners);
      if (!holder) continue;
      if (await isHeld(file, holder)) return holder;

      const rightToReplace = `${file}.takeover`;
      if (await take(rightToReplace, me, owners)) {
        await sleep(20);
        continue;
      }
      try {
        const still = await readHolder(file, owners);
        if (still?.token === holder.token) {
          await rename(draft, file);
          return null;
        }
      } finally {
        await rm(rightToReplace, { force: true });
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function isHeld(file: string, holder: Holder): Promise<boolean> {
  if (holder === nobody) return false;
  if (holder.pidSpace === pidSpace()) {
    const started = startTimeOf(holder.pid);
    return started !== null && (started === holder.started || started === 'unknown');
  }
  // Another container, another machine, or this one before it was restarted: its pids tell nothing here, its beat does.
  const seen = await lstat(file).catch(() => null);
  for (const end = Date.now() + 3 * beatMs; seen && Date.now() < end; ) {
    await sleep(250);
    const now = await lstat(file).catch(() => null);
    if (now && now.mtimeMs !== seen.mtimeMs) return true;
  }
  return false;
}

/** Null: there is no lock. One that cannot be read was cut short by a crash of the machine: nobody holds it. */
async function readHolder(file: string, owners: readonly number[]): Promise<Holder | null> {
  const text = await readOwned(file, owners).catch(except('ENOENT'));
  if (text === null) return null;
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return nobody;
  }
}
