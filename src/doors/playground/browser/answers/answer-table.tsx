import { type AnswerView, shown, weekdays } from './answer-views.ts';

const maxRows = 500;

/** Any view as a table. */
export function AnswerTable({ view }: { view: AnswerView }) {
  const { columns, labelTitle, rows } = view;
  const named = (label: string) => {
    if (view.kind !== 'heat') return label;
    const [day, hour] = label.split(' ');
    return `${weekdays[Number(day) - 1]}, ${hour} h`;
  };
  return (
    <div className="playground-scroll">
      <table className="playground-table">
        <thead>
          <tr>
            {labelTitle !== null && <th scope="col">{labelTitle}</th>}
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, maxRows).map(({ label, values, isPartial }, i) => (
            <tr key={i}>
              {labelTitle !== null && (
                <th scope="row">
                  {named(label)}
                  {isPartial && ' (a part)'}
                </th>
              )}
              {columns.map((column) => (
                <td key={column} className={typeof values[column] === 'number' ? 'playground-number' : undefined}>
                  {shown(values[column], labelTitle === 'Figure' ? label : column)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
