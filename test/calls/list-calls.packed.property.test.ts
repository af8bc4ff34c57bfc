import { afterAll, expect, test } from 'vitest';
import { appDefaults } from '../support/app.ts';
import { openAllCalls } from '../support/open-all-calls.ts';

let opened = 0;
const { openPackedCalls, lookedAlong } = appDefaults;
Object.assign(appDefaults, {
  openPackedCalls: (...asked: Parameters<typeof openAllCalls>) => {
    opened += 1;
    return openAllCalls(...asked);
  },
  // Few enough that an index is given up now and then.
  lookedAlong: 4,
});
afterAll(() => {
  Object.assign(appDefaults, { openPackedCalls, lookedAlong });
});

// Everything that holds for lists of calls holds where they are found among packed calls.
await import('./list-calls.property.test.ts');

test('packed calls were asked', () => {
  expect(opened).toBeGreaterThan(100);
});
