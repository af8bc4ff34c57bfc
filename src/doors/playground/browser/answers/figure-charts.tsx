import { useState } from 'react';
import { type AnswerView, chartColumns, shown, weekdays } from './answer-views.ts';

type Parts = { view: AnswerView };

/** Which of the figures is shown. */
function useFigure(view: AnswerView) {
  const columns = chartColumns(view);
  const [chosen, setFigure] = useState('');
  const figure = columns.includes(chosen) ? chosen : (columns[0] ?? '');
  const choice = columns.length > 1 && (
    <label className="playground-figure">
      Figure{' '}
      <select value={figure} onChange={(event) => setFigure(event.target.value)}>
        {columns.map((column) => (
          <option key={column}>{column}</option>
        ))}
      </select>
    </label>
  );
  const values = view.rows.map(({ values }) => values[figure] as number | null | undefined);
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return { figure, choice, most };
}

/** Groups as bars, in the order of the answer. */
export function GroupBars({ view }: Parts) {
  const { figure, choice, most } = useFigure(view);
  return (
    <>
      {choice}
      <table className="playground-bars" aria-label={`${figure} by ${view.labelTitle ?? ''}`}>
        <tbody>
          {view.rows.map(({ label, values }, i) => {
            const value = values[figure] as number | null | undefined;
            return (
              <tr key={i}>
                <th scope="row">{label}</th>
                <td className="playground-bar">
                  <div style={{ width: `${most > 0 ? ((value ?? 0) / most) * 100 : 0}%` }} />
                </td>
                <td>{shown(value, figure)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

/** Hours of weekdays, the busier the darker. */
export function HeatMap({ view }: Parts) {
  const { figure, choice, most } = useFigure(view);
  const valueAt = new Map(view.rows.map(({ label, values }) => [label, values[figure] as number | null | undefined]));
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  return (
    <>
      {choice}
      <div className="playground-scroll">
        <table className="playground-heat" aria-label={`${figure} by weekday and hour`}>
          <thead>
            <tr>
              <td />
              {hours.map((hour) => (
                <th key={hour} scope="col">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weekdays.map((name, day) => (
              <tr key={name}>
                <th scope="row">{name.slice(0, 3)}</th>
                {hours.map((hour) => {
                  const value = valueAt.get(`${day + 1} ${hour}`);
                  const share = most > 0 ? (value ?? 0) / most : 0;
                  const title = `${name}, ${hour} h: ${shown(value, figure)}`;
                  return (
                    <td key={hour} title={title} aria-label={title}>
                      <div style={{ opacity: share === 0 ? 0.06 : 0.15 + 0.85 * share }} />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
