import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFile } from '../../project-file.ts';
import type { NamedDocument } from './held-documents.ts';

/** The names of the operations in documents: those that the service holds, and the examples. */
export function operationNames(held: readonly NamedDocument[]): Set<string> {
  const texts = [...held.map(({ text }) => text), ...examples()];
  return new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/^\s*(?:query|mutation|subscription)\s+(\w+)/gm)].map(([, name = '']) => name),
    ),
  );
}

function examples(): string[] {
  const folder = projectFile('docs', 'queries');
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8'));
}
