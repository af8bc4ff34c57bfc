import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Logger } from 'pino';
import { type Config, readConfig, readEnvironment } from '../../config.ts';
import { describeFailure, expectedFailure, liesInDelivery, sqlstateOf } from '../../failures.ts';
import { createLog } from '../../log.ts';
import type { OpenDatabase } from '../../postgres/client.ts';
import { openServiceDatabase } from '../../service-database.ts';
import { StartupError, startupLine } from '../../startup-error.ts';

/** What a command is run with. */
export type Run = { config: Config; log: Logger /** Aborted once it is told to end. */; signal: AbortSignal };

export type Command<Asked> = {
  /** Shown for --help, and after what was wrong with the arguments. */
  usage: string;
  /**
   * What a signal does. end: the process ends at once. finish: what is under way is finished, and a later signal ends the
   * process at once. undo: what is under way is taken back, and nothing shortens that.
   */
  onSignal: 'end' | 'finish' | 'undo';
  logLevel?: 'info' | 'warn';
  read: (args: string[], config: Config) => Asked | Promise<Asked>;
  /** Whether all was done that was asked for: else the exit code is 1, as after an error. */
  run: (on: Run, asked: Asked) => Promise<boolean>;
};

/** Arguments that the command does not take: told with its usage. */
export class WrongUse extends StartupError {}

/** npm passes Ctrl-C on to a command whose terminal has told it already: that is no second wish. */
const sameWishMs = 1000;

/** Runs a command with what was typed, and says in one place what went wrong. */
export async function runCommand<Asked>(command: Command<Asked>): Promise<void> {
  const stop = new AbortController();
  const end = signalled(command.onSignal, stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  process.exitCode = await perform(command, stop.signal).catch((error: unknown) => {
    const isUndone = command.onSignal === 'undo' && stop.signal.aborted;
    complain(isUndone ? 'Broken off: nothing was left behind.' : describeError(error));
    if (error instanceof WrongUse) complain(`\n${command.usage.trimEnd()}`);
    return 1;
  });
}

async function perform<Asked>({ usage, read, run, logLevel = 'warn' }: Command<Asked>, signal: AbortSignal) {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  const config = readConfig(readEnvironment());
  const asked = await read(args, config);
  const log = createLog({ level: logLevel, destination: process.stderr });
  return (await run({ config, log, signal }, asked)) ? 0 : 1;
}

type OnDatabase<Asked> = Omit<Command<Asked>, 'run'> & {
  /** Shown in pg_stat_activity. */
  name: string;
  maxConnections?: number;
  run: (on: Run & OpenDatabase, asked: Asked) => Promise<boolean>;
};

/** Runs a command on the service's database, which is open for as long as it takes. */
export function runOnDatabase<Asked>({ name, maxConnections: max = 1, run, ...command }: OnDatabase<Asked>) {
  return runCommand<Asked>({
    ...command,
    run: async (on, asked) => {
      const database = await openServiceDatabase({ config: on.config, log: on.log, name, max });
      try {
        return await run({ ...on, ...database }, asked);
      } finally {
        await database.close();
      }
    },
  });
}

function signalled(onSignal: Command<unknown>['onSignal'], stop: AbortController): () => void {
  let toldAt = 0;
  return () => {
    const isAgain = stop.signal.aborted && Date.now() - toldAt > sameWishMs;
    // A database server that was started for the command is told to end when the process exits.
    if (onSignal === 'end' || (onSignal === 'finish' && isAgain)) process.exit(1);
    if (!stop.signal.aborted) toldAt = Date.now();
    stop.abort();
  };
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** The options that were typed, and what stands beside them. */
export function parse<const Known extends Options>(args: string[], options: Known, allowPositionals = false) {
  try {
    return parseArgs({ args, options, allowPositionals, strict: true });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}

export function oneFile([file, ...others]: readonly string[]): string {
  if (!file || others.length > 0) throw new WrongUse('Name one file.');
  return file;
}

export const say = (text: string) => process.stdout.write(`${text}\n`);
export const complain = (text: string) => process.stderr.write(`${text}\n`);

/** Why a command failed, in a line. Messages that may carry what calls hold are not shown. */
export function describeError(error: unknown): string {
  if (error instanceof StartupError) return startupLine(error);
  const expected = expectedFailure(error);
  if (expected) return expected.message;
  const sqlstate = sqlstateOf(error);
  if (sqlstate && !liesInDelivery(error))
    return `The database refused it: ${startupLine(error)} (SQLSTATE ${sqlstate}).`;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code && syscall ? `${startupLine(error)}.` : JSON.stringify(describeFailure(error));
}

type Typed = string | boolean | readonly string[] | undefined;

/** A command line to go on with, of what was typed. */
export function commandLine(command: string, operands: readonly string[], options: Record<string, Typed>): string {
  const words = Object.entries(options).flatMap(([name, typed]) => {
    if (typed === undefined || typed === false) return [];
    if (typed === true) return [`--${name}`];
    return [typed].flat().flatMap((value) => [`--${name}`, quoted(value)]);
  });
  return ['npm run', command, '--', ...operands.map(quoted), ...words].join(' ');
}

/** A word as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w./:+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
