import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

// Says whether the migrations make the tables that the *.table.ts files describe: nothing would be left to generate.
mkdirSync('dist', { recursive: true });
const copy = mkdtempSync(join('dist', 'migrations-'));
try {
  cpSync('migrations', copy, { recursive: true });
  const before = readdirSync(copy);
  const args = [
    'generate',
    '--dialect',
    'postgresql',
    '--schema',
    './src/**/*.table.ts',
    '--out',
    `./${relative('.', copy)}`,
  ];
  const said = execFileSync('node_modules/.bin/drizzle-kit', args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const added = readdirSync(copy).filter((name) => !before.includes(name));
  if (added.length > 0)
    throw new Error('The tables have changed: run `npm run db:generate` and review what it writes.');
  if (!said.includes('nothing to migrate')) throw new Error(`drizzle-kit said something else:\n${said}`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true });
}
