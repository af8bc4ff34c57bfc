import { requireScope } from '../require-scope.ts';
import type { Viewer } from '../viewer.ts';

/** How many questions are not in the access log, for who may know. */
export function lostEntries(viewer: Viewer, lost: number): number {
  requireScope(viewer, 'admin');
  return lost;
}
