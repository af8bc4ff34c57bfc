import { StartupError } from '../../startup-error.ts';

/** Refuses a command that is for the service's own database where DATABASE_URL names another. */
export function requireOwnDatabase({ DATABASE_URL }: { DATABASE_URL?: string | undefined }, instead: string): void {
  if (DATABASE_URL === undefined) return;
  throw new StartupError(
    `This is for the service's own database, and DATABASE_URL names another server: use ${instead} there, or unset DATABASE_URL.`,
  );
}
