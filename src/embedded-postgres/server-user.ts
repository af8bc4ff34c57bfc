import { spawnSync } from 'node:child_process';
import { StartupError } from '../startup-error.ts';

/** The OS user that a database server runs as, where it is not the service's own. */
export type ServerUser = { uid: number; gid: number };

/** Environment of the server's programs: nothing of ours, so that no setting or secret of the service reaches them. */
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', TZ: 'UTC' };

const findOrMake = `id -u postgres >&2 ||
  useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /bin/false postgres >&2
  id -u postgres && id -g postgres`;

/** PostgreSQL refuses to run as root: then the user it runs as instead, made if there is none. Null: no need of another user. */
export function ensureServerUser(): ServerUser | null {
  if (!isRoot()) return null;
  const [uid, gid] = spawnSync('/bin/sh', ['-c', findOrMake], { env, encoding: 'utf8' }).stdout.split('\n').map(Number);
  if (uid && gid) return { uid, gid };
  throw new StartupError(
    'PostgreSQL does not run as root, and the user "postgres" that would run it could not be made. ' +
      'Start the service as an ordinary user, or set DATABASE_URL to a PostgreSQL server.',
  );
}

/** Whether this process runs as root, and so may start others as any user. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Spawn options that make a program run as the server's user. */
export function asServerUser(user: ServerUser | null) {
  return { cwd: '/', env, ...user };
}
