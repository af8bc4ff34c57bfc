import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { limitCatalogue, limitNames } from '../../src/access/limits.ts';
import { projectFile } from '../../src/project-file.ts';

test('docs/limits.md lists every limit as it is', () => {
  const page = readFileSync(projectFile('docs', 'limits.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(LIMIT_\w+)` \| (\d+) \| (.+) \|$/gm)].map(([, ...row]) => row);
  const expected = limitNames.map((name) => [name, String(limitCatalogue[name].default), limitCatalogue[name].about]);
  expect(rows).toEqual(expected);
});
