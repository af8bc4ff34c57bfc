import pg from 'pg';
import { StartupError, startupLine } from '../../startup-error.ts';

/** The exit code of a command, which tells in one line why it failed. */
export async function endsWithOneLine(main: () => Promise<number>, stopped: AbortSignal): Promise<number> {
  return main().catch((error: unknown) => {
    process.stderr.write(`${stopped.aborted ? 'Broken off: nothing was left behind.' : lineOf(error)}\n`);
    return 1;
  });
}

function lineOf(error: unknown): string {
  if (error instanceof StartupError && error.message.includes('\n\n')) return error.message; // with the usage
  const line = startupLine(error);
  return error instanceof pg.DatabaseError ? `The database refused it: ${line} (SQLSTATE ${error.code}).` : line;
}
