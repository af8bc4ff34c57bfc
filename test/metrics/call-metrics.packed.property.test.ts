import { afterAll, expect, test } from 'vitest';
import { appDefaults } from '../support/app.ts';
import { openAllCalls } from '../support/open-all-calls.ts';

let opened = 0;
appDefaults.openPackedCalls = (db, question) => {
  opened += 1;
  return openAllCalls(db, question);
};
afterAll(() => {
  appDefaults.openPackedCalls = null;
});

// Everything that holds for figures of calls holds for figures of packed calls.
await import('./call-metrics.property.test.ts');

test('packed calls were asked', () => {
  expect(opened).toBeGreaterThan(20);
});
