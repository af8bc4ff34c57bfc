import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect } from 'react';

/** What GraphiQL leaves out: long lines of a query wrap, and the editors follow the system between light and dark. */
export function EditorHabits() {
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const theme = useGraphiQL((state) => state.theme);
  const { setTheme } = useGraphiQLActions();

  useEffect(() => queryEditor?.updateOptions({ wordWrap: 'on', wrappingIndent: 'indent' }), [queryEditor]);

  useEffect(() => {
    if (theme) return;
    const system = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => setTheme(null);
    system.addEventListener('change', repaint);
    return () => system.removeEventListener('change', repaint);
  }, [theme, setTheme]);

  return null;
}
