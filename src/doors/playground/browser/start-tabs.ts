import { examples } from './examples.ts';

const welcome = `# Call analytics: ask about your calls in GraphQL.
# Ctrl+Enter runs the query, Ctrl+Space completes it.
# On the left: "Docs" has every type and field, "Examples" more queries.

`;

type StartTabs = {
  defaultTabs: { query: string; variables?: string }[];
  initialQuery?: string;
  initialVariables?: string;
};

/** What the editor opens with where no link says otherwise. */
export const firstQuery = welcome + (examples[0]?.query ?? '');

/**
 * What the editor opens with: the query of a link (#query=...&variables=..., which no server is sent), else the first example.
 * What a link brings waits for its reader.
 */
export function startTabs(): StartTabs {
  const first = { query: firstQuery };
  const link = new URLSearchParams(location.hash.slice(1));
  const query = link.get('query');
  if (!query) return { defaultTabs: [first] };
  const variables = link.get('variables') ?? '';
  // Without this a reload would open the linked query again beside what has been made of it.
  history.replaceState(null, '', location.pathname);
  return { defaultTabs: [{ query, variables }, first], initialQuery: query, initialVariables: variables };
}
