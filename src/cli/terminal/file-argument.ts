import { parseArgs } from 'node:util';
import { StartupError } from '../../startup-error.ts';

/** The file that a command is told, and whether it may be replaced; null where its usage was asked for, and shown. */
export function readFileArgument(
  args: string[],
  { usage, takesForce }: { usage: string; takesForce: boolean },
): { file: string; force: boolean } | null {
  const parsed = parse(args, usage);
  if (parsed.values.help) {
    process.stdout.write(usage);
    return null;
  }
  const [file, ...others] = parsed.positionals;
  if (!file || others.length > 0) throw new StartupError(`Name one file.\n\n${usage}`);
  if (parsed.values.force && !takesForce) throw new StartupError(`There is no option --force.\n\n${usage}`);
  return { file, force: parsed.values.force };
}

function parse(args: string[], usage: string) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { force: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new StartupError(`${(error as Error).message}\n\n${usage}`);
  }
}
