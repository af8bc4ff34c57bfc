import { median } from '../support/load.ts';
import type { Question } from './questions.ts';
import type { SpanName } from './spans.ts';

export type SideName = 'planner' | 'key' | 'calls' | 'postgraphile' | 'duckdb' | 'duckdbOneCore';
/**
 * What each side took for a question over a span, in milliseconds; null: an error, or too slow. `cpuMs`: processor time of
 * the service for one asking of packed calls, which is told apart from how busy the machine is otherwise. `firstMs`,
 * `secondMs`: what packed calls took the first and the second time, with columns in memory.
 */
export type Measured = {
  question: Question;
  span: SpanName;
  times: Partial<Record<SideName, number[] | null>>;
  cpuMs: number;
  firstMs: number;
  secondMs: number;
};

export const nameWidth = 36;
export const cell = (text: string, width = 11) => text.padStart(width);
const inTimes = (times: number) => (times < 10 ? times.toFixed(1) : times.toFixed(0));
export const inMs = (ms: number) => (ms < 100 ? ms.toFixed(1) : ms.toFixed(0));

export function heading(): string {
  const columns = [
    'planner',
    'worst',
    'processor',
    'first',
    'second',
    'calls',
    'times',
    'PostGraphile',
    'times',
    'DuckDB',
    'times',
    'one core',
    'times',
  ];
  return `${'median milliseconds'.padEnd(nameWidth)}${cell('span', 7)}${columns.map((name) => cell(name, 13)).join('')}`;
}

export function lineOf({ question, span, times, cpuMs, firstMs, secondMs }: Measured): string {
  const planner = times.planner ?? [];
  const cells = [inMs(median(planner)), inMs(Math.max(...planner)), inMs(cpuMs), inMs(firstMs), inMs(secondMs)];
  for (const side of ['calls', 'postgraphile', 'duckdb', 'duckdbOneCore'] as const) {
    const own = times[side];
    cells.push(own === null ? 'failed' : own ? inMs(median(own)) : '-');
    cells.push(own ? inTimes(median(own) / median(planner)) : '-');
  }
  return `${question.name.padEnd(nameWidth)}${cell(span, 7)}${cells.map((text) => cell(text, 13)).join('')}`;
}

/** Goals in milliseconds, and how many times as fast as PostGraphile. */
const goals = {
  monthMedian: 25,
  monthWorst: 150,
  yearWorst: 400,
  customersMonth: 400,
  customersYear: 1500,
  timesOverMonth: 50,
  timesOverYear: 200,
};

/** What the whole set shows, and every goal that is missed. */
export function summary(measured: readonly Measured[]): string[] {
  const of = (span: SpanName, isOfCustomers: boolean) =>
    measured
      .filter((one) => one.span === span && (one.question.isOfCustomers ?? false) === isOfCustomers)
      .map(({ question, times }) => ({ name: question.name, ms: median(times.planner ?? []) }));
  const lines: string[] = [];
  const check = (what: string, found: { name: string; ms: number }[], take: 'median' | 'worst', goal: number) => {
    if (found.length === 0) return;
    const times = found.map(({ ms }) => ms);
    const value = take === 'median' ? median(times) : Math.max(...times);
    lines.push(`${what}: ${inMs(value)} ms, goal ${goal}: ${value <= goal ? 'met' : 'MISSED'}`);
    if (take === 'worst') {
      for (const { name, ms } of found) if (ms > goal) lines.push(`    ${name}: ${inMs(ms)} ms`);
    }
  };
  const timeOf = (time: 'firstMs' | 'secondMs', span: SpanName) =>
    measured
      .filter((one) => one.span === span && !one.question.isOfCustomers)
      .map((one) => ({ name: one.question.name, ms: one[time] }));
  check('a month, median of the set', of('month', false), 'median', goals.monthMedian);
  check('a month, worst of the set', of('month', false), 'worst', goals.monthWorst);
  check('a year, worst of the set', of('year', false), 'worst', goals.yearWorst);
  for (const [when, time] of [
    ['the second time', 'secondMs'],
    ['the first time', 'firstMs'],
  ] as const) {
    check(`a month, median, ${when}`, timeOf(time, 'month'), 'median', goals.monthMedian);
    check(`a month, worst, ${when}`, timeOf(time, 'month'), 'worst', goals.monthWorst);
    check(`a year, worst, ${when}`, timeOf(time, 'year'), 'worst', goals.yearWorst);
  }
  check('customers over a month, worst', of('month', true), 'worst', goals.customersMonth);
  check('customers over a year, worst (3000 at most)', of('year', true), 'worst', goals.customersYear);
  for (const [span, goal] of [
    ['month', goals.timesOverMonth],
    ['year', goals.timesOverYear],
  ] as const) {
    const compared = measured.filter(({ times, ...one }) => one.span === span && times.postgraphile);
    if (compared.length === 0) continue;
    const ratios = compared.map(({ question, times }) => ({
      name: question.name,
      times: median(times.postgraphile ?? []) / median(times.planner ?? []),
    }));
    const value = median(ratios.map(({ times }) => times));
    const fewer = ratios.filter(({ times }) => times < goal);
    lines.push(
      `as fast as PostGraphile over a ${span}: ${value.toFixed(0)} times in the median, goal at least ${goal} for each: ${fewer.length === 0 ? 'met' : 'MISSED'}`,
    );
    for (const { name, times } of fewer) lines.push(`    ${name}: ${times.toFixed(1)} times`);
  }
  return lines;
}

/** What a key that is bound and sees no numbers costs, beside open access. */
export function ofKey(measured: readonly Measured[]): string {
  const ratios = measured.map(({ times }) => median(times.key ?? []) / median(times.planner ?? []));
  const worst = Math.max(...ratios);
  return `With a masked key of one account: ${median(ratios).toFixed(2)} times as long in the median, ${worst.toFixed(2)} at worst; wanted: 1.1`;
}
