import type { Environment } from 'monaco-editor';

const fileOfLabel: Record<string, string> = { json: 'json.worker.js', graphql: 'graphql.worker.js' };

/** How Monaco gets its workers: own files beside this bundle, so that the page needs neither blobs nor another origin. */
window.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(fileOfLabel[label] ?? 'editor.worker.js', import.meta.url), { name: label }),
} satisfies Environment;
