import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { type Example, examples } from './examples.ts';

function ExamplesIcon() {
  return (
    <svg
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M3 5h1M3 10h1M3 15h1M8 5h9M8 10h9M8 15h9" />
    </svg>
  );
}

function ExamplesPanel() {
  const tabs = useGraphiQL((state) => state.tabs);
  const activeTabIndex = useGraphiQL((state) => state.activeTabIndex);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const { addTab, changeTab, setVisiblePlugin } = useGraphiQLActions();

  function open(example: Example) {
    const openAlready = tabs.findIndex((tab) => tab.query?.endsWith(example.query));
    if (!queryEditor) return;
    if (openAlready !== activeTabIndex && openAlready >= 0) changeTab(openAlready);
    else if (openAlready < 0) {
      if (queryEditor.getValue().trim()) addTab();
      queryEditor.setValue(example.query);
      variableEditor?.setValue(variablesFor(example));
    }
    // On a narrow screen the list stands before the editor.
    if (matchMedia('(max-width: 700px)').matches) setVisiblePlugin(null);
    // Ctrl+Enter is for the editor, which a click on the list has left.
    requestAnimationFrame(() => queryEditor.focus());
  }

  return (
    <section className="playground-examples" aria-label="Examples">
      <h2>Examples</h2>
      <ul>
        {examples.map((example) => (
          <li key={example.name}>
            <button type="button" disabled={!queryEditor} onClick={() => open(example)}>
              <strong>{example.title}</strong>
              <span>{example.description}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What an example cannot be asked without: the moment since when, here a week ago. */
function variablesFor({ query }: Example): string {
  if (!query.includes('$since: DateTime!')) return '';
  return JSON.stringify({ since: new Date(Date.now() - 7 * 86_400_000).toISOString() }, null, 2);
}

/** The list of example queries, beside the documentation and the history. */
export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: ExamplesIcon, content: ExamplesPanel };
