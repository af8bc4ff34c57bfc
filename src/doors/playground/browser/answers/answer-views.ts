type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };
type Scalar = null | boolean | number | string;

/** A row of a table: what it is called, and its values by the name of their column. */
export type ViewRow = { label: string; values: Readonly<Record<string, Scalar>>; isPartial?: boolean };

export type AnswerView = {
  /** series: in the order of time. groups: each by itself. heat: a row for each hour of each weekday. rows: a table alone. */
  kind: 'series' | 'groups' | 'heat' | 'rows';
  title: string;
  /** What the rows are called by; null: by nothing. */
  labelTitle: string | null;
  columns: readonly string[];
  rows: readonly ViewRow[];
};

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const maxViews = 20;
const parts = new Set(['metrics', 'timeSeries', 'calls', 'cursor', 'node']);
const unseen = new Set(['pageInfo', 'id', 'cursor', 'extensions']);

/** What of an answer can be shown as tables, and some of that as charts, in the order of the answer. */
export function findViews(text: string): AnswerView[] {
  let answer: Json;
  try {
    answer = JSON.parse(text);
  } catch {
    return [];
  }
  const data = isObject(answer) ? answer.data : null;
  const views: AnswerView[] = [];
  if (isObject(data)) collect(data, Object.keys(data).length > 1 ? null : 'root', [], views);
  return views.slice(0, maxViews);
}

/** Whether there is something that a chart shows. */
export function hasChart(view: AnswerView): boolean {
  return view.kind !== 'rows' && chartColumns(view).length > 0;
}

/** The columns that a chart can show: numbers, without what ratios are made of. */
export function chartColumns({ columns, rows }: AnswerView): string[] {
  return columns.filter((column) => {
    if (/(numerator|denominator|excluded)$/i.test(column)) return false;
    const values = rows.map(({ values }) => values[column]);
    return (
      values.some((value) => typeof value === 'number') &&
      values.every((value) => value == null || typeof value === 'number')
    );
  });
}

export type Unit = 'Counts' | 'Shares' | 'Seconds';

/** What the numbers of a column are. */
export function unitOf(column: string): Unit {
  if (/\brate\b|\blevel\b|\breached\b|\bshare\b/i.test(column)) return 'Shares';
  return /\btime\b|\bspeed\b|seconds|\bwait\b|\btalk\b/i.test(column) ? 'Seconds' : 'Counts';
}

/** A value as a person reads it. */
export function shown(value: Scalar | undefined, column: string): string {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number') return instantShown(String(value));
  const isShare =
    unitOf(column) === 'Shares' && value >= 0 && value <= 1 && !/(numerator|denominator|excluded)$/i.test(column);
  if (isShare) return `${(value * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
  return value.toLocaleString(undefined, { maximumFractionDigits: 2 });
}

function collect(of: JsonObject, top: 'root' | null, path: string[], views: AnswerView[]): void {
  for (const [name, value] of Object.entries(of)) {
    if (unseen.has(name)) continue;
    const { other } = of;
    const isRest = name === 'other' && Array.isArray(of.nodes);
    if (isRest) continue; // shown among the groups
    const inner = top === 'root' || name === 'nodes' || name === 'edges' ? path : [...path, name];
    if (Array.isArray(value)) addRows(value, inner, views, isObject(other) ? other : null);
    else if (!isObject(value)) continue;
    else if (isFlat(value)) addValues(value, inner, views);
    else collect(value, null, inner, views);
  }
}

function addRows(list: Json[], path: string[], views: AnswerView[], rest: JsonObject | null): void {
  const rows = list.map((row) => (isObject(row) && isObject(row.node) ? row.node : row)).filter(isObject);
  const [first] = rows;
  if (!first) return;
  const title = titleOf(path);
  if (!isObject(first.metrics)) {
    const flat = rows.map((row) => ({ label: '', values: flatten(row) }));
    views.push({ kind: 'rows', title, labelTitle: null, columns: columnsOf(flat), rows: flat });
    return;
  }
  const isSeries = typeof first.label === 'string' || typeof first.start === 'string';
  const isHeat = !isSeries && rows.length === 168 && 'dayOfWeek' in first && 'hourOfDay' in first;
  const table = rows.map((row) => ({
    label: isSeries ? String(row.label ?? row.start) : isHeat ? `${row.dayOfWeek} ${row.hourOfDay}` : groupOf(row),
    values: flatten(row.metrics as JsonObject),
    isPartial: row.isPartial === true,
  }));
  const kind = isSeries ? 'series' : isHeat ? 'heat' : 'groups';
  const labelTitle = isSeries
    ? 'Time'
    : isHeat
      ? 'Hour'
      : Object.keys(first)
          .filter((name) => !parts.has(name))
          .map(words)
          .join(', ');
  if (kind === 'groups' && rest) table.push({ label: 'All others', values: flatten(rest), isPartial: false });
  views.push({ kind, title, labelTitle, columns: columnsOf(table), rows: table });
  if (kind !== 'groups') return;
  for (const [i, row] of rows.entries()) {
    const { metrics: _, ...rest } = row;
    const nested = Object.fromEntries(Object.entries(rest).filter(([, value]) => !isFlat(value)));
    collect(nested, null, [...path, table[i]?.label ?? ''], views);
  }
}

function addValues(of: JsonObject, path: string[], views: AnswerView[]): void {
  const rows = Object.entries(flatten(of)).map(([label, Value]) => ({ label, values: { Value } }));
  if (rows.length > 0)
    views.push({ kind: 'rows', title: titleOf(path), labelTitle: 'Figure', columns: ['Value'], rows });
}

/** What a group is of: the names of its keys. */
function groupOf(row: JsonObject): string {
  const keys = Object.entries(row).filter(([name, value]) => !parts.has(name) && !Array.isArray(value));
  return keys
    .map(([name, value]) => (name === 'dayOfWeek' ? (weekdays[Number(value) - 1] ?? '') : nameOf(value)))
    .join(' · ');
}

function nameOf(value: Json): string {
  if (value === null) return 'none';
  if (!isObject(value)) return String(value);
  const named = ['name', 'number', 'campaignCode', 'pseudonym', 'id'].map((key) => value[key]);
  return String(named.find((text) => typeof text === 'string') ?? 'none');
}

/** The scalars of an object and of what lies in it, by what they are called. */
function flatten(of: JsonObject, before = ''): Record<string, Scalar> {
  const found: Record<string, Scalar> = {};
  for (const [name, value] of Object.entries(of)) {
    if (unseen.has(name)) continue;
    const title =
      name === 'value' || (name === 'name' && before)
        ? before
        : before
          ? `${before}, ${words(name).toLowerCase()}`
          : words(name);
    if (Array.isArray(value)) continue;
    if (isObject(value)) Object.assign(found, flatten(value, title));
    else found[title || words(name)] = value;
  }
  return found;
}

function columnsOf(rows: readonly ViewRow[]): string[] {
  return [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
}

/** Whether nothing of it is a list, which would be a table of its own. */
function isFlat(value: Json): boolean {
  if (Array.isArray(value)) return false;
  return !isObject(value) || Object.values(value).every(isFlat);
}

function titleOf(path: readonly string[]): string {
  return path.map(words).join(' – ') || 'Rows';
}

/** answerRate: Answer rate. A name that is none of the schema stays. */
function words(name: string): string {
  if (!/^[a-z]\w*$/.test(name)) return name;
  const spaced = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** An instant to the second, in UTC as the answer has it; any other text as it is. */
function instantShown(text: string): string {
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(text);
  return found ? `${found[1]} ${found[2]} UTC` : text;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
