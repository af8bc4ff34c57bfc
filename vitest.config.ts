import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Node takes this file of the package; Vite would take the other, whose classes are not the ones that Apollo knows.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    // A laptop's zone must not decide whether a test holds.
    env: { TZ: 'UTC' },
  },
});
