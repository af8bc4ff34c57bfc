import type { Database } from '../../postgres/client.ts';

/** What packed calls are read on: a pool, a transaction or a snapshot, made by drizzle over a client of pg. */
export type Reader = Pick<Database, 'execute'>;
