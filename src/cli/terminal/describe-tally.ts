import type { Count, ImportTally } from '../../imports/import-tally.ts';

/** So many lines of one kind are for a person to read. */
const maxLines = 20;

/** What came of an import, in words: how many rows by state, and what was not understood. */
export function describeTally(tally: ImportTally, { rows, dryRun }: { rows: string; dryRun: boolean }): string {
  const states = Object.entries(tally.states).map(([state, count]) => `${count} ${state}`);
  const all = Object.values(tally.states).reduce((sum, count) => sum + count, 0);
  const said = dryRun ? 'would be imported, as far as reading them tells, and nothing was changed' : 'were imported';
  const lines = [`${all} ${rows} ${said}: ${states.join(', ')}.`];
  if (tally.reasons.size > 0) lines.push('Not recorded:', ...listed(tally.reasons, (first) => `first: ${first}`));
  if (tally.unknownWords.size > 0) {
    lines.push('Status words that are not known:', ...listed(tally.unknownWords, (sid) => `first: CallSid ${sid}`));
  }
  if (tally.notUnderstood.size > 0) {
    const found = listed(tally.notUnderstood, (sid) => `first: CallSid ${sid}`);
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
