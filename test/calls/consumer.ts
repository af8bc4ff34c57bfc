import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { projectFile } from '../../src/project-file.ts';

export const hasPython = spawnSync('python3', ['--version']).status === 0;

/** What the consumer of docs/clients.md does, and then once more for each line: it goes on from where it was, from a moment, or anew. */
const driver = `
import sys
for line in sys.stdin:
    told = json.loads(line)
    if told["isReset"]:
        copy, since = {}, None
    since = pull(copy, told["since"] or since)
    print(json.dumps({"copy": copy, "since": since}), flush=True)
`;

export type Copy = Record<string, Record<string, unknown>>;

/** The consumer of docs/clients.md, as it stands there but for the address. */
export function startConsumer(url: string) {
  const page = readFileSync(projectFile('docs/clients.md'), 'utf8');
  const code = /```python\n(import json\n[\s\S]*?)```/.exec(page)?.[1] ?? '';
  const shown = 'http://127.0.0.1:4000/graphql';
  if (code.split(shown).length !== 2) throw new Error('docs/clients.md has no consumer any more');
  const program = code.replace(shown, `${url}/graphql`) + driver;
  const python = spawn('python3', ['-c', program], {
    cwd: projectFile('.'),
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, no_proxy: '*' },
  });
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the consumer has ended');
    return value as string;
  };
  const begun = next();
  begun.catch(() => {});
  return {
    /** Pulls what is new; what the copy is then. */
    async pull({ since = null, isReset = false }: { since?: string | null; isReset?: boolean } = {}): Promise<Copy> {
      await begun;
      python.stdin.write(`${JSON.stringify({ since, isReset })}\n`);
      return JSON.parse(await next()).copy;
    },
    stop: () => python.kill(),
  };
}

export type Consumer = ReturnType<typeof startConsumer>;
