import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useRef } from 'react';
import { firstQuery } from './start-tabs.ts';

/** Once the page has opened with the first example, runs it: that there is something to look at. Nothing else runs by itself. */
export function FirstRun() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const responseEditor = useGraphiQL((state) => state.responseEditor);
  const schema = useGraphiQL((state) => state.schema);
  const { run } = useGraphiQLActions();
  const isDone = useRef(false);

  useEffect(() => {
    // The editor knows what it holds only once the schema is there.
    if (isDone.current || !queryEditor || !responseEditor || !schema) return;
    isDone.current = true;
    if (queryEditor.getValue() === firstQuery && responseEditor.getValue() === '') run();
  }, [queryEditor, responseEditor, schema, run]);

  return null;
}
