import { afterAll, expect, test, vi } from 'vitest';
import { openAllCalls } from '../support/open-all-calls.ts';

// The tests that are imported below may have been in this process before, and may come after.
vi.resetModules();
afterAll(() => void vi.resetModules());

let opened = 0;
const { appDefaults } = await import('../support/app.ts');
Object.assign(appDefaults, {
  openPackedCalls: (...asked: Parameters<typeof openAllCalls>) => {
    opened += 1;
    return openAllCalls(...asked);
  },
  // Few enough that an index is given up now and then.
  lookedAlong: 4,
});
// Everything that holds for lists of calls holds where they are found among packed calls.
await import('./list-calls.property.test.ts');

test('packed calls were asked', () => {
  expect(opened).toBeGreaterThan(100);
});
