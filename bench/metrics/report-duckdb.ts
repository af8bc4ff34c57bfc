import { median } from '../support/load.ts';
import { cell, inMs, type Measured, nameWidth } from './report.ts';
import type { SpanName } from './spans.ts';

/** How many times as fast as DuckDB on all cores: at the median of the questions over a span, and each but for the exceptions. */
const goals = { median: 5, each: 3, repeatOverOneCore: 1.5, repeatYearMs: 1000 };
/** Questions with goals of their own, or none. */
const exceptions = ['repeat customers', 'missed customers reached', 'peak and erlangs', 'busy hour', 'peak by day'];

/** What packed calls are against DuckDB, without what a question that asks for nothing takes. */
export function againstDuckdb(measured: readonly Measured[], trivialMs: number): string[] {
  const compared = measured.flatMap(({ question, span, times: { planner, duckdb, duckdbOneCore } }) => {
    if (!planner || !duckdb || !duckdbOneCore) return [];
    // A clock of ten microseconds is the least that is told apart.
    const ms = Math.max(0.01, median(planner) - trivialMs);
    return [{ name: question.name, span, ms, allCores: median(duckdb) / ms, oneCore: median(duckdbOneCore) / ms }];
  });
  if (compared.length === 0) return [];
  const lines = [`{ __typename }: ${inMs(trivialMs)} ms, which is not counted in what follows`];
  for (const span of ['month', 'year'] as const) {
    const own = compared.filter((one) => one.span === span);
    if (own.length === 0) continue;
    const value = median(own.map(({ allCores }) => allCores));
    lines.push(
      `as fast as DuckDB on all cores over a ${span}: ${value.toFixed(1)} times in the median, goal ${goals.median}: ${said(value >= goals.median)}`,
    );
    for (const { name, ms, allCores, oneCore } of own) {
      const of = `${allCores.toFixed(1)} times all cores, ${oneCore.toFixed(1)} times one (${inMs(ms)} ms)`;
      if (name === 'repeat customers') {
        const isMet =
          allCores >= 1 && oneCore >= goals.repeatOverOneCore && (span === 'month' || ms <= goals.repeatYearMs);
        lines.push(`    ${name}: ${of}: ${said(isMet)}`);
      } else if (exceptions.includes(name)) lines.push(`    ${name}: ${of}`);
      else if (allCores < goals.each) lines.push(`    ${name}: ${of}, goal ${goals.each}: MISSED`);
    }
  }
  return lines;
}

const said = (isMet: boolean) => (isMet ? 'met' : 'MISSED');

/** The first asking of a question in a process that was started for it, in milliseconds. */
export type ColdMeasured = { name: string; span: SpanName; ms: number; duckdbMs: number };

/** How many times as long as DuckDB on all cores it may take. */
const coldGoals = { median: 1.5, each: 3 };

export const coldHeading = () =>
  `${'cold, milliseconds'.padEnd(nameWidth)}${cell('span', 7)}${cell('ours')}${cell('DuckDB')}${cell('times as long', 15)}`;

export const coldLine = ({ name, span, ms, duckdbMs }: ColdMeasured) =>
  `${name.padEnd(nameWidth)}${cell(span, 7)}${cell(inMs(ms))}${cell(inMs(duckdbMs))}${cell((ms / duckdbMs).toFixed(1), 15)}`;

export function coldSummary(measured: readonly ColdMeasured[]): string[] {
  const ratios = measured.map((one) => ({ ...one, ratio: one.ms / one.duckdbMs }));
  const value = median(ratios.map(({ ratio }) => ratio));
  const worse = ratios.filter(({ ratio }) => ratio > coldGoals.each);
  return [
    `cold, ${value.toFixed(1)} times as long as DuckDB in the median, goal ${coldGoals.median}: ${said(value <= coldGoals.median)}`,
    ...worse.map(
      ({ name, span, ratio }) => `    ${name}, ${span}: ${ratio.toFixed(1)}, goal ${coldGoals.each}: MISSED`,
    ),
  ];
}
