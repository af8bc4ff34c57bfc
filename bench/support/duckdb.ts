import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { type Child, startChild } from './children.ts';

const folder = 'bench/duckdb';
const port = 4824;
const allCores = availableParallelism();

export const hasDuckdb = (): boolean => existsSync(`${folder}/node_modules`);

/** Copies the calls of a database to a file of DuckDB's own, unless they are there already. */
export async function loadDuckdb(databaseUrl: string, file: string): Promise<void> {
  await promisify(execFile)(process.execPath, [`${folder}/load.mjs`, databaseUrl, file]);
}

/** DuckDB in a process of its own, on a file that was loaded. */
export function startDuckdb(file: string): Promise<Child> {
  return startChild('duckdb', [`${folder}/server.mjs`, file, String(port)], port);
}

export type DuckdbAnswer = { ms: number; rows: Record<string, unknown>[] };

/** Runs statements one after the other. `ms` is what they took inside DuckDB, all together. */
export async function askDuckdb(statements: readonly string[], threads = allCores): Promise<DuckdbAnswer> {
  const answer: DuckdbAnswer = { ms: 0, rows: [] };
  for (const sql of statements) {
    const body = JSON.stringify({ sql, threads });
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body });
    const said = (await response.json()) as DuckdbAnswer | { error: string };
    if ('error' in said) throw new Error(`DuckDB: ${said.error}\n${sql}`);
    answer.ms += said.ms;
    answer.rows.push(...said.rows);
  }
  return answer;
}
