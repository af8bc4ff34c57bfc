import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { statement } from '../../postgres/statement.ts';
import { instantOf } from '../../time/instant.ts';
import { within } from '../../within.ts';
import { apiKeys } from './api-key.table.ts';

const everyMs = 5_000;
const lastPatienceMs = 1_000;

// Rows that another instance writes just now are left to it, so that two never wait for each other.
const writeUses = statement<{ id: number }>(
  'write_api_key_uses',
  sql`update ${apiKeys} set last_used_at = greatest(last_used_at, used.at)
    from (select id from ${apiKeys} where id = any(${sql.placeholder('ids')}::integer[]) for update skip locked) free
    join unnest(${sql.placeholder('ids')}::integer[], ${sql.placeholder('at')}::timestamptz[]) as used (id, at) using (id)
    where ${apiKeys.id} = free.id returning ${apiKeys.id} as "id"`,
);

/** When keys were used last: noted in memory, and written every few seconds, so that no question waits for it. */
export class LastUses {
  readonly #pool: pg.Pool;
  readonly #timer: NodeJS.Timeout;
  /** Milliseconds, by key. */
  readonly #noted = new Map<number, number>();
  #writing: Promise<void> | null = null;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#timer = setInterval(() => void this.#write(), everyMs).unref();
  }

  note(keyId: number): void {
    this.#noted.set(keyId, Date.now());
  }

  /** Writes what is noted; what takes longer than a second is given up. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await within(
      lastPatienceMs,
      (this.#writing ?? Promise.resolve()).then(() => this.#write()),
    );
  }

  #write(): Promise<void> {
    if (this.#noted.size === 0) return Promise.resolve();
    this.#writing ??= this.#writeNoted()
      .catch(() => {}) // they stay noted; the ring tells of a database that is away
      .finally(() => {
        this.#writing = null;
      });
    return this.#writing;
  }

  async #writeNoted(): Promise<void> {
    const taken = [...this.#noted];
    const written = await writeUses(this.#pool, {
      ids: taken.map(([id]) => id),
      at: taken.map(([, ms]) => instantOf(ms)),
    });
    const ids = new Set(written.map(({ id }) => id));
    for (const [id, ms] of taken) if (ids.has(id) && this.#noted.get(id) === ms) this.#noted.delete(id);
  }
}
