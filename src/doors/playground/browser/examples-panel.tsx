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
  const { addTab, changeTab } = useGraphiQLActions();

  function open(example: Example) {
    const openAlready = tabs.findIndex((tab) => tab.query?.endsWith(example.query));
    if (!queryEditor) return;
    if (openAlready === activeTabIndex) return queryEditor.focus();
    if (openAlready >= 0) return changeTab(openAlready);
    if (queryEditor.getValue().trim()) addTab();
    queryEditor.setValue(example.query);
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

/** The list of example queries, beside the documentation and the history. */
export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: ExamplesIcon, content: ExamplesPanel };
