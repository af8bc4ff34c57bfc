import { afterAll, expect, test, vi } from 'vitest';
import { openAllCalls } from '../support/open-all-calls.ts';

// The tests that are imported below may have been in this process before, and may come after.
vi.resetModules();
afterAll(() => void vi.resetModules());

let opened = 0;
const { appDefaults } = await import('../support/app.ts');
appDefaults.openPackedCalls = (db, question) => {
  opened += 1;
  return openAllCalls(db, question);
};
// Everything that holds for boards of calls holds where the last hour is counted among packed calls.
await import('./live-board.property.test.ts');

test('packed calls were asked', () => {
  expect(opened).toBeGreaterThan(20);
});
