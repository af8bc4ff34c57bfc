import { readFile } from 'node:fs/promises';
import pg from 'pg';

const ticksPerSecond = 100;

/** CPU seconds that processes have used so far: what is told apart from how busy the machine is otherwise. Linux. */
export async function cpuSeconds(pids: readonly number[]): Promise<number> {
  return [...(await cpuSecondsOfEach(pids)).values()].reduce((sum, seconds) => sum + seconds, 0);
}

/** The same of each process that is there. */
export async function cpuSecondsOfEach(pids: readonly number[]): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
    if (stat === null) continue;
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    found.set(pid, (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond);
  }
  return found;
}

/** What processes that are there now have used since then; one that is new has used all it has. */
export function cpuUsedSince(before: ReadonlyMap<number, number>, now: ReadonlyMap<number, number>): number {
  return [...now].reduce((sum, [pid, seconds]) => sum + seconds - (before.get(pid) ?? 0), 0);
}

/** The server processes that serve a database: all, or those of the connections that call themselves so. */
export async function backendsOf(url: string, applicationName?: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
        and application_name = coalesce($1, application_name)`,
      [applicationName ?? null],
    );
    return rows.map(({ pid }) => Number(pid));
  } finally {
    await client.end();
  }
}
