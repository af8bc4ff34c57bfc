import { useGraphiQL } from '@graphiql/react';
import { useEffect, useMemo, useState } from 'react';
import { AnswerTable } from './answer-table.tsx';
import { type AnswerView, findViews, hasChart } from './answer-views.ts';
import { GroupBars, HeatMap } from './figure-charts.tsx';
import { SeriesChart } from './series-chart.tsx';

type Mode = 'Chart' | 'Table' | 'JSON';

/** Shows the answer as charts or tables, where it is such, over the editor that has it as JSON. */
export function AnswerPanel() {
  const text = useAnswer();
  const isDark = useIsDark();
  const isFetching = useGraphiQL((state) => state.isFetching);
  const views = useMemo(() => findViews(text), [text]);
  const [wanted, setWanted] = useState<Mode>('Chart');
  if (views.length === 0 || isFetching) return null;

  const modes: Mode[] = views.some(hasChart) ? ['Chart', 'Table', 'JSON'] : ['Table', 'JSON'];
  const mode = modes.includes(wanted) ? wanted : 'JSON';
  return (
    <>
      <fieldset className="playground-choices playground-modes" aria-label="Show the answer as">
        {modes.map((name) => (
          <button key={name} type="button" aria-pressed={name === mode} onClick={() => setWanted(name)}>
            {name}
          </button>
        ))}
      </fieldset>
      {mode !== 'JSON' && (
        <div className="playground-views">
          {views
            .filter((view) => mode === 'Table' || hasChart(view))
            .map((view, i) => (
              <section key={`${i} ${view.title}`} aria-label={view.title}>
                <h3>{view.title}</h3>
                {mode === 'Table' ? <AnswerTable view={view} /> : <Chart view={view} isDark={isDark} />}
              </section>
            ))}
        </div>
      )}
    </>
  );
}

function Chart({ view, isDark }: { view: AnswerView; isDark: boolean }) {
  if (view.kind === 'series') return <SeriesChart view={view} isDark={isDark} />;
  return view.kind === 'heat' ? <HeatMap view={view} /> : <GroupBars view={view} />;
}

/** What the editor of answers holds. */
function useAnswer(): string {
  const editor = useGraphiQL((state) => state.responseEditor);
  const [text, setText] = useState('');
  useEffect(() => {
    if (!editor) return;
    const read = () => setText(editor.getValue());
    read();
    const listeners = [editor.onDidChangeModelContent(read), editor.onDidChangeModel(read)];
    return () => {
      for (const listener of listeners) listener.dispose();
    };
  }, [editor]);
  return text;
}

/** Whether the page is dark, by the reader's choice or else the system's. */
function useIsDark(): boolean {
  const theme = useGraphiQL((state) => state.theme);
  const [system] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isSystemDark, setSystemDark] = useState(system.matches);
  useEffect(() => {
    const read = () => setSystemDark(system.matches);
    system.addEventListener('change', read);
    return () => system.removeEventListener('change', read);
  }, [system]);
  return theme === null ? isSystemDark : theme === 'dark';
}
