import './workers.ts';
// Named here for the order of the styles: GraphiQL's rules must come after Monaco's.
import 'monaco-graphql/esm/monaco-editor.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './playground.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { EditorHabits } from './editor-habits.tsx';
import { examplesPlugin } from './examples-panel.tsx';
import { startTabs } from './start-tabs.ts';

// The page's own path is the API's, also behind a proxy that serves it under another one.
const fetcher = createGraphiQLFetcher({ url: location.pathname, enableIncrementalDelivery: false });
const plugins = [examplesPlugin, HISTORY_PLUGIN];
const openAtStart = matchMedia('(min-width: 900px)').matches ? examplesPlugin : undefined;

const place = document.getElementById('playground');
if (!place) throw new Error('The page has no place for the playground.');

createRoot(place).render(
  <GraphiQL fetcher={fetcher} plugins={plugins} visiblePlugin={openAtStart} schemaDescription {...startTabs()}>
    <GraphiQL.Logo>
      <span className="playground-name">Call analytics</span>
      <EditorHabits />
    </GraphiQL.Logo>
  </GraphiQL>,
);
