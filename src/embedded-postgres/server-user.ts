import { spawnSync } from 'node:child_process';
import { StartupError } from '../startup-error.ts';

/** The OS user that a database server runs as. */
export type ServerUser = { name: string; uid: number; gid: number };

const wanted = 'postgres';

/** PostgreSQL refuses to run as root: then the user it runs as instead, made if there is none. Null: no need of another user. */
export function ensureServerUser(): ServerUser | null {
  if (!runsAsRoot()) return null;
  const found = findUser() ?? makeUser();
  if (found) return found;
  throw new StartupError(
    `PostgreSQL does not run as root, and the user "${wanted}" that would run it could not be made. ` +
      'Start the service as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** Whether this process runs as root, and so may start others as any user. */
export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Environment of the server's programs: nothing of ours, so that no setting or secret of the service reaches them. */
export const serverEnv = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Spawn options that make a program run as the server's user. */
export function asServerUser(user: ServerUser | null) {
  return { cwd: '/', env: serverEnv, ...(user && { uid: user.uid, gid: user.gid }) };
}

/** Whether the server's user can enter a folder: asked of the system, which knows more than mode bits. */
export function canEnter(folder: string, user: ServerUser | null): boolean {
  return (
    spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...asServerUser(user), stdio: 'ignore' }).status === 0
  );
}

function findUser(): ServerUser | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, wanted], { encoding: 'utf8', env: serverEnv }));
  if (uid?.status !== 0 || gid?.status !== 0) return null;
  return { name: wanted, uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

function makeUser(): ServerUser | null {
  const ways = [
    [
      'useradd',
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/bin/false',
      wanted,
    ],
    ['adduser', '-S', '-D', '-H', '-s', '/bin/false', wanted],
  ];
  for (const [command = '', ...args] of ways) {
    spawnSync(command, args, { stdio: 'ignore', env: serverEnv });
    // Asked even after a failure: another start may have made it at the same moment.
    const made = findUser();
    if (made) return made;
  }
  return null;
}
