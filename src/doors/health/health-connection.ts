import pg from 'pg';
import { type Reason, reasonsOf } from './reasons.ts';

const connectMs = 1_500;
const answerMs = 1_200;
/** Later than the client gives up: a commit whose wait for a standby is cut short must not pass for one. */
const cancelMs = 2_000;
const limitMs = 2_000;

/** A connection for checks alone, so that they wait for no question and no delivery. One that fails a check is not used again. */
export class HealthConnection {
  readonly #pool: pg.Pool;

  constructor(url: string) {
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: 'health',
      max: 1,
      connectionTimeoutMillis: connectMs,
      query_timeout: answerMs,
      idleTimeoutMillis: 60_000,
    });
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => void client.on('error', () => {}));
  }

  /** Runs a check inside a transaction and commits it: nothing, or why that failed. */
  check(work: (client: pg.PoolClient) => Promise<unknown>): Promise<Reason[]> {
    return reasonsOf(this.#run(work), limitMs, 'database silent');
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  async #run(work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
    const client = await this.#pool.connect();
    let isSound = false;
    try {
      await client.query(`begin; set local statement_timeout = ${cancelMs}; set local client_min_messages = error`);
      await work(client);
      await client.query('commit');
      isSound = true;
    } finally {
      client.release(!isSound);
    }
  }
}
