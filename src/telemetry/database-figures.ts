import type pg from 'pg';
import { packingLag } from '../columnar/index.ts';
import { type InboxFigures, inboxFigures } from '../inbox/inbox-figures.ts';

export type DatabaseFigures = InboxFigures & { packingLagSeconds: number };

/** However many read them, the database is asked no more often. */
const freshMs = 5000;

/** What the database tells of the service; null: it could not be asked. */
export function watchDatabase(pool: pg.Pool): () => Promise<DatabaseFigures | null> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let asked: Promise<DatabaseFigures | null> = Promise.resolve(null);
  return () => {
    const now = performance.now();
    if (now - askedAt < freshMs) return asked;
    askedAt = now;
    asked = ask(pool).catch(() => null);
    return asked;
  };
}

async function ask(pool: pg.Pool): Promise<DatabaseFigures> {
  const [inbox, packingLagSeconds] = await Promise.all([inboxFigures(pool), packingLag(pool)]);
  return { ...inbox, packingLagSeconds };
}
