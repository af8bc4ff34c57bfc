import type pg from 'pg';
import { requireScope } from '../require-scope.ts';
import type { Viewer } from '../viewer.ts';
import type { ApiKey } from './api-key.ts';
import { readKeys } from './key-rows.ts';

/** The keys that a viewer sees, revoked and expired ones too, by name: those whose accounts all lie in theirs. */
export async function listKeys(pool: pg.Pool, viewer: Viewer): Promise<ApiKey[]> {
  requireScope(viewer, 'admin');
  return readKeys(pool, viewer);
}
