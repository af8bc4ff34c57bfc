import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { defaultExportLimits } from '../../src/doors/exports/running-exports.ts';
import { projectFile } from '../../src/project-file.ts';

test('docs/operations.md says how many connections an instance opens at most', () => {
  const files = readdirSync(projectFile('src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  // Commands are processes of their own.
  const sources = files
    .filter((name) => !name.startsWith('cli/') && name !== 'service-database.ts')
    .map((name) => readFileSync(projectFile('src', name), 'utf8'));
  const pools = sources.flatMap((text) =>
    [...text.matchAll(/\bopenDatabase\((\{[^}]*\})\)/g)].map(([, found]) => found),
  );
  const sizes = pools.map(
    // As many as exports may run at once.
    (found = '') =>
      Number(/\bmax: (\d+)/.exec(found)?.[1] ?? (/\bmax: most\b/.test(found) ? defaultExportLimits.ofAll : 10)),
  );
  expect(sizes).toHaveLength(15);
  // Those that are connections by themselves: of checks, and of whoever listens.
  const single = sources.flatMap((text) => [...text.matchAll(/\bnew HealthConnection\(|\blisten \$\{/g)]).length;
  const all = sizes.reduce((sum, size) => sum + size, single);
  const page = readFileSync(projectFile('docs', 'operations.md'), 'utf8');
  expect(page).toContain(`each opens up to ${all} connections`);
});
