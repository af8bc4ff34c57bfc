import type { Logger } from 'pino';
import { describeFailure } from '../../failures.ts';
import type { Count, ImportCounts } from '../../imports/import-counts.ts';
import { complain, describeError, say } from './command.ts';

type Outcome = {
  counts: ImportCounts;
  /** Why it ended; null: it came to its end. */
  failure: unknown;
  dryRun: boolean;
  /** The command line that goes on where it ended. */
  goOn: () => string;
};

/** Says what came of an import; whether that is all of it. */
export function tellOutcome({ counts, failure, dryRun, goOn }: Outcome): boolean {
  if (failure !== null) complain(describeError(failure));
  const isAll = failure === null && counts.isComplete;
  const rest = isAll ? '' : `\nNot all: go on with\n  ${goOn()}`;
  say(`${describeCounts(counts, { rows: 'rows', dryRun })}${rest}`);
  return isAll;
}

export const logRefusedRow = (log: Logger) => (error: unknown) =>
  log.error({ failure: describeFailure(error) }, 'a row is kept, but could not be recorded');

/** So many lines of one kind are for a person to read. */
const maxLines = 20;

/** What came of an import, in words: how many rows by state, and what was not understood. */
export function describeCounts(counts: ImportCounts, { rows, dryRun }: { rows: string; dryRun: boolean }): string {
  const states = Object.entries(counts.states).map(([state, count]) => `${count} ${state}`);
  const all = Object.values(counts.states).reduce((sum, count) => sum + count, 0);
  const said = dryRun ? 'would be imported, as far as reading them tells, and nothing was changed' : 'were imported';
  const lines = [`${all} ${rows} ${said}: ${states.join(', ')}.`];
  if (counts.reasons.size > 0) lines.push('Not recorded:', ...listed(counts.reasons, (first) => `first: ${first}`));
  if (counts.unknownWords.size > 0) {
    lines.push('Status words that are not known:', ...listed(counts.unknownWords, (sid) => `first: CallSid ${sid}`));
  }
  if (counts.notUnderstood.size > 0) {
    const found = listed(counts.notUnderstood, (sid) => `first: CallSid ${sid}`);
    lines.push('Values that were not understood, and which their calls are without:', ...found);
  }
  return lines.join('\n');
}

function listed(counts: ReadonlyMap<string, Count>, where: (first: string) => string): string[] {
  const sorted = [...counts].sort(([, a], [, b]) => b.count - a.count);
  const lines = sorted.slice(0, maxLines).map(([kind, { count, first }]) => {
    return `  ${String(count).padStart(7)}  ${kind}${first === '' ? '' : `  (${where(first)})`}`;
  });
  return sorted.length > maxLines ? [...lines, `  and ${sorted.length - maxLines} other kinds`] : lines;
}
