import { rebuildChunks, verifyChunks } from '../columnar/index.ts';
import type { OpenDatabase } from '../postgres/client.ts';
import { databaseClock } from '../time/instant.ts';
import { accountsNamed } from './terminal/account-named.ts';
import { parse, type Run, runOnDatabase, say, WrongUse } from './terminal/command.ts';
import { progressBar } from './terminal/progress-bar.ts';

const usage = `npm run aggregates -- verify|rebuild [--account NAME]

Figures are answered from a second copy of the calls, packed column by column, which the service keeps up by itself.

  verify     Compares it with the calls, and says how large it is. Ends with 1 where anything differs.
  rebuild    Makes it anew, the latest calls first. Safe beside the running service: what is there answers meanwhile.
  --account  Only this account. Default: all.
`;

type On = Pick<Run & OpenDatabase, 'pool' | 'signal'>;
type Named = { id: number; name: string };

await runOnDatabase({
  name: 'aggregates',
  usage,
  onSignal: 'finish',
  read: (args) => {
    const { values, positionals } = parse(args, { account: { type: 'string' } }, true);
    const [task, ...more] = positionals;
    if ((task !== 'verify' && task !== 'rebuild') || more.length > 0) {
      throw new WrongUse('Say what to do: verify or rebuild.');
    }
    return { work: task === 'verify' ? verify : rebuild, account: values.account };
  },
  run: async (on, { work, account: name }) => {
    let isRight = true;
    for (const account of await accountsNamed(on.db, name)) {
      if (!(await work(on, account))) isRight = false;
      if (on.signal.aborted) return false;
    }
    return isRight;
  },
});

async function verify({ pool }: On, { id: accountId, name }: Named): Promise<boolean> {
  let show: ReturnType<typeof progressBar> | undefined;
  const found = await verifyChunks(pool, {
    accountId,
    onProgress: (done, all) => {
      show ??= progressBar({ all, out: process.stderr, describe: () => `${done} of ${all} chunks of ${name}` });
      show(done, done === all);
    },
  });
  if (found.packedThrough === null) {
    say(`${name}: not packed. The running service does that, or: npm run aggregates -- rebuild`);
    return true;
  }
  const size = found.packed === 0 ? '' : `, ${(found.bytes / found.packed).toFixed(1)} bytes for each`;
  say(`${name}: ${found.packed} calls in ${found.chunks} chunks${size}; ${found.differing} differ from the calls.`);
  for (const span of found.where) say(`  among those that started ${span}`);
  if (found.outdated > 0) say(`  ${found.outdated} chunks lack columns: the running service makes them anew.`);
  if (found.differing > 0) say('  Mend it with: npm run aggregates -- rebuild');
  return found.differing === 0;
}

async function rebuild({ pool, signal }: On, { id: accountId, name }: Named): Promise<boolean> {
  const show = progressBar({ all: null, out: process.stderr, describe: (done) => `${done} calls of ${name}` });
  const packed = await rebuildChunks(pool, {
    accountId,
    clock: databaseClock,
    onProgress: (done) => show(done, false),
    signal,
  });
  if (packed === 'busy') {
    say(`${name}: is being packed by somebody else. Try again.`);
    return false;
  }
  if (packed === 'newer') {
    say(`${name}: was packed by a newer version of the service, which alone packs it anew.`);
    return false;
  }
  show(packed, true);
  const isWhole = !signal.aborted;
  say(isWhole ? `${name}: ${packed} calls are packed anew.` : `${name}: broken off; the rest is as it was.`);
  return isWhole;
}
