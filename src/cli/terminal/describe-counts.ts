import type { Count, ImportCounts } from '../../imports/import-counts.ts';

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
