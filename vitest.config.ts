import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, in that order; most of them wait, for processes and for limits of time. */
const longest = [
  'access/masking/win-a-number-back',
  'journeys/service-starts',
  'journeys/keys',
  'graphql/fields-obeyed',
  'backup/backup',
  'accounts/account-command',
  'access/every-field',
  'playground/playground.browser',
  'demo/demo-command',
  'bi/bi-role-command',
  'metrics/call-metrics.packed.property',
  'faults/under-load',
  'columnar/every-step',
  'faults/crashes',
  'access/bound-viewer',
  'journeys/service-ends',
  'faults/answering-thread',
  'faults/silent-network',
  'overload/leaving.property',
  'health/readyz',
  'journeys/service-settings',
  'embedded-postgres/planted-files',
  'faults/full-disk',
  'embedded-postgres/where-data-lie',
  'backfill/backfill-command',
  'journeys/own-names',
  'postgres/two-roles',
  'access/slow-senders',
  'docs/security',
  'playground/keys.browser',
  'journeys/npm-start',
  'postgres/silence',
  'embedded-postgres/service-role',
  'accounts/secrets',
];

/** Spreads the longest evenly among the others: the processor has work while they wait, and none of them is left to the end. */
class LongestAmongOthers extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rankOf = ({ moduleId }: TestSpecification) =>
      longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
    const others = sorted.filter((file) => rankOf(file) < 0);
    const slow = sorted.filter((file) => rankOf(file) >= 0).sort((a, b) => rankOf(a) - rankOf(b));
    const share = others.length / (slow.length || 1);
    return [
      ...slow.flatMap((file, i) => [file, ...others.slice(Math.floor(i * share), Math.floor((i + 1) * share))]),
      ...(slow.length === 0 ? others : []),
    ];
  }
}

export default defineConfig({
  // Node takes this file of the package; Vite would take the other, whose classes are not the ones that Apollo knows.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    // They have packages of their own: npm run test:clients.
    exclude: ['test/clients/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // A process runs one file after another: to read the whole service anew for each takes more than many tests do.
    isolate: false,
    // One more than processors, for some wait: more of them make each other late.
    maxWorkers: 3,
    // Many tests wait for processes of their own, on a machine that this suite keeps busy: what fails twice fails.
    retry: 1,
    maxConcurrency: 12,
    sequence: { sequencer: LongestAmongOthers },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    // A laptop's zone must not decide whether a test holds.
    env: { TZ: 'UTC' },
  },
});
