import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { projectFile } from '../../src/project-file.ts';
import { makeFilledDataDir } from '../support/filled-data.ts';
import { startService } from '../support/service.ts';

const page = readFileSync(projectFile('docs/security.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const section = page.slice(page.indexOf('## A walk for resellers'));

/** The commands of the walk, and what the page says of the answers of those that are followed by some. */
const steps = [...section.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```json\n([\s\S]*?)```)?/g)].map(
  ([, commands = '', answers]) => ({ commands, answers }),
);

test('the walk for resellers goes as it is written', { timeout: 300_000 }, async () => {
  expect(steps).toHaveLength(5);
  const { dataDir, remove } = await makeFilledDataDir();
  const service = await startService({ dataDir });
  try {
    const mark = '---- the next step ----';
    const script = steps
      .map(({ commands }) => `${commands}\necho; echo '${mark}'\n`)
      .join('')
      .replaceAll('http://127.0.0.1:4000', service.url)
      // What npm runs, of what is built: npm itself takes longer than the commands.
      .replaceAll(/npm run --silent ([\w-]+) --/g, (_, name: string) => scripts[name] ?? `no script ${name}`);
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir };
    const options = { cwd: projectFile('.'), env, maxBuffer: 10 * 1024 * 1024 };
    const { stdout } = await promisify(execFile)('/bin/sh', ['-eu', '-c', script], options);
    const outputs = stdout.split(`${mark}\n`);
    for (const [n, { answers }] of steps.entries()) {
      if (answers === undefined) continue;
      expect(linesOf(outputs[n] ?? '')).toEqual(linesOf(answers));
    }
    expect(outputs[0]).toMatch(/https:\/\/calls\.example\.com\/webhooks\/callerdesk\/[\w-]{32}/);
    expect(service.output()).not.toContain('cak_');
  } finally {
    await service.stop();
    await remove();
  }
});

/** What each answer says, but what it cost, which the page leaves out. */
function linesOf(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const { extensions: _cost, ...answer } = JSON.parse(line);
      return answer;
    });
}
