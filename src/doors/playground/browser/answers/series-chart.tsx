import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type AnswerView, chartColumns, shown, type Unit, unitOf } from './answer-views.ts';

const colors = ['#2f7ed8', '#1a9c6b', '#d9534f', '#c77800', '#8a5cc7', '#0f9fb5', '#b0457e', '#6b7280'];
const height = 260;
/** More lines than this say nothing. */
const maxShown = 4;

/** A series as lines, those of one unit at a time. */
export function SeriesChart({ view, isDark }: { view: AnswerView; isDark: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const all = chartColumns(view);
  const units = [...new Set(all.map(unitOf))];
  const [chosen, setUnit] = useState<Unit>();
  const unit = chosen && units.includes(chosen) ? chosen : units[0];

  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const columns = chartColumns(view).filter((column) => unitOf(column) === unit);
    const style = getComputedStyle(current);
    const grid = isDark ? 'rgb(255 255 255 / 12%)' : 'rgb(0 0 0 / 10%)';
    const axis = {
      stroke: style.color,
      font: `12px ${style.fontFamily}`,
      grid: { stroke: grid, width: 1 },
      ticks: { stroke: grid },
    };
    const value = (column: string) => (_: uPlot, number: number | null) => shown(number, column);
    const labelAt = (index: number) => (Number.isInteger(index) ? shortLabel(view.rows[index]?.label ?? '') : '');
    const chart = new uPlot(
      {
        width: current.clientWidth,
        height,
        scales: { x: { time: false }, y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] } },
        axes: [
          {
            ...axis,
            space: 64,
            incrs: [1, 2, 5, 7, 10, 14, 20, 30, 50, 100, 200, 500, 1000],
            values: (_, at) => at.map(labelAt),
          },
          { ...axis, size: 64, values: (_, at) => at.map((number) => shown(number, columns[0] ?? '')) },
        ],
        series: [
          { label: 'Time', value: (_, index) => (index == null ? '' : (view.rows[index]?.label ?? '')) },
          ...columns.map((column, i) => ({
            label: column,
            stroke: colors[i % colors.length] as string,
            width: 2,
            show: i < maxShown,
            points: { show: view.rows.length < 60, size: 5 },
            value: value(column),
          })),
        ],
      },
      [
        view.rows.map((_, i) => i),
        ...columns.map((column) =>
          view.rows.map(({ values }) => (values[column] as number | null | undefined) ?? null),
        ),
      ],
      current,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: current.clientWidth, height }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [view, unit, isDark]);

  return (
    <>
      {units.length > 1 && (
        <div className="playground-choices">
          {units.map((name) => (
            <button key={name} type="button" aria-pressed={name === unit} onClick={() => setUnit(name)}>
              {name}
            </button>
          ))}
        </div>
      )}
      <div ref={place} className="playground-plot" role="img" aria-label={`Chart of ${view.title}`} />
    </>
  );
}

/** Of a bucket's name what tells it from its neighbours. */
function shortLabel(label: string): string {
  const time = /T(\d\d:\d\d)/.exec(label);
  if (time) return time[1] ?? label;
  const date = /^\d{4}-(\d\d)-(\d\d)$/.exec(label);
  if (!date) return label;
  const month = new Date(`2000-${date[1]}-01T00:00:00Z`).toLocaleString(undefined, { month: 'short', timeZone: 'UTC' });
  return `${Number(date[2])} ${month}`;
}
