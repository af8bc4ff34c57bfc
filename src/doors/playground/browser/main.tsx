import './workers.ts';
// Named here for the order of the styles: GraphiQL's rules must come after Monaco's.
import 'monaco-graphql/esm/monaco-editor.js';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './playground.css';
import { createRoot } from 'react-dom/client';
import { forgetFormerStorage } from './kept-key.ts';
import { Playground } from './playground.tsx';

const place = document.getElementById('playground');
if (!place) throw new Error('The page has no place for the playground.');

forgetFormerStorage();
// A link that is opened where the page is open already changes what is behind # alone.
addEventListener('hashchange', () => location.reload());
createRoot(place).render(<Playground />);
