import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectFile } from '../../src/project-file.ts';
import { sampleCall } from '../../src/providers/callerdesk/callerdesk.ts';
import { makeDataDir, type Service, startService } from '../support/service.ts';

// Tries typed clients against the running service, with the code that docs/clients shows. `npm run test:clients` installs them first.

const here = projectFile('test', 'clients');
const callCount = 60;

const place = await makeDataDir();
const service = await startService({ dataDir: place.dataDir });
try {
  await sendCalls(service);
  writeRecipes();
  const env = { ...process.env, API_URL: `${service.url}/graphql`, CALL_COUNT: String(callCount) };
  execFileSync('npm', ['run', '--silent', 'generate'], { cwd: here, stdio: 'inherit', env });
  execFileSync('npm', ['run', '--silent', 'check'], { cwd: here, stdio: 'inherit', env });
  execFileSync('npm', ['run', '--silent', 'try'], { cwd: here, stdio: 'inherit', env });
} catch (error) {
  // What failed has been said.
  process.exitCode = (error as { status?: number }).status ?? 1;
  if (process.exitCode === 1 && !(error as { status?: number }).status) console.error(error);
} finally {
  await service.stop();
  await place.remove();
}

/** Calls of the last ten days, one after another, of four agents. */
async function sendCalls({ webhookUrl }: Service): Promise<void> {
  for (let i = 0; i < callCount; i++) {
    const start = Date.now() - (i + 1) * 4 * 3_600_000;
    const call = {
      ...sampleCall,
      CallSid: `${Math.floor(start / 1000)}.${i}`,
      DialWhomNumber: `928123456${i % 4}`,
      receiver_name: ['Asha', 'Bela', 'Chetan', 'Devi'][i % 4],
      Status: i % 5 === 0 ? 'NOANSWER' : 'ANSWER',
      StartTime: inIndia(start),
      EndTime: inIndia(start + 60_000),
    };
    const body = JSON.stringify(call);
    const answer = await fetch(webhookUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    if (!answer.ok) throw new Error(`A delivery was answered ${answer.status}.`);
  }
}

function inIndia(moment: number): string {
  return new Date(moment + 5.5 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
}

/** The pieces of code in docs/clients that begin with the name of a file, as such files. */
function writeRecipes(): void {
  const docs = projectFile('docs', 'clients');
  const target = join(here, 'generated', 'recipes');
  rmSync(join(here, 'generated'), { recursive: true, force: true });
  for (const page of readdirSync(docs).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(docs, page), 'utf8');
    for (const [, code = '', name = ''] of text.matchAll(/^```tsx?\n((?:\/\/ )([\w./-]+\.tsx?)\n[\s\S]*?)^```$/gm)) {
      mkdirSync(dirname(join(target, name)), { recursive: true });
      writeFileSync(join(target, name), code);
    }
  }
}
