/** Imports go one way, types included where a rule does not say otherwise; docs/architecture.md has the picture. */
const value = { dependencyTypesNot: ['type-only'] };

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'What needs each other is one thing, or lacks a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'doors-decide-nothing',
      comment: 'Routes and resolvers choose a verb; statements and tables are for verbs.',
      severity: 'error',
      from: { path: '\\.(route|resolvers)\\.ts$' },
      to: { path: '(^|/)(drizzle-orm|pg)(/|$)|\\.table\\.ts$', ...value },
    },
    {
      name: 'provider-words-stay-in-their-room',
      comment: 'What a provider says is known in its folder alone; others know what every provider is, provider.ts.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(providers/(callerdesk/|registry\\.ts$)|main\\.ts$|cli/)' },
      to: { path: '^src/providers/callerdesk/' },
    },
    {
      name: 'who-asks-is-decided-once',
      comment:
        'What a question is answered from is made for its viewer in one place; a verb is handed it, and cannot make one for somebody else.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graphql/context\\.ts$' },
      to: { path: '^src/query/viewer-database\\.ts$', ...value },
    },
    {
      name: 'callers-read-through-their-viewer',
      comment: 'Resolvers and loaders have no database but that of their viewer: not by type either.',
      severity: 'error',
      from: {
        path: '\\.resolvers\\.ts$|^src/graphql/loaders\\.ts$',
      },
      to: { path: '^src/postgres/(client|statement)|(^|/)pg(/|$)' },
    },
    {
      name: 'providers-are-passed-on',
      comment: 'Only what starts has the registry: an app or a verb is given providers, so that a test gives others.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main\\.ts$|cli/|workers/(answering|exporting)-thread\\.ts$)' },
      to: { path: '^src/providers/registry\\.ts$' },
    },
    {
      name: 'providers-read-values',
      comment: 'A provider makes values of values: no database, no door, nothing that writes.',
      severity: 'error',
      from: { path: '^src/providers/', pathNot: '^src/providers/registry\\.ts$' },
      to: {
        path: '^src/(postgres|ingestion|inbox|imports|backfill|calls/(write|merge|list)|doors|graphql|cli)/',
        ...value,
      },
    },
    {
      name: 'no-resolvers-of-others',
      comment: 'Only the schema knows all resolvers.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graphql/schema\\.ts$' },
      to: { path: '\\.resolvers\\.ts$' },
    },
    {
      name: 'writers-know-no-copy',
      comment:
        'What is written is taken from the calls and the ended calls by whoever keeps a copy; nobody who writes waits for it.',
      severity: 'error',
      from: { path: '^src/(calls|participants|ingestion|inbox|imports|backfill|erasure|jobs)/' },
      to: { path: '^src/columnar/' },
    },
    {
      name: 'live-reads-calls',
      comment:
        'The feed is told nothing: it reads the calls and the ended calls. Nobody who writes knows it; they are given a function to call.',
      severity: 'error',
      from: { path: '^src/live/' },
      to: {
        path: '^src/',
        pathNot:
          '^src/(live|query|postgres|time|access)/|^src/calls/(list|merge)/|\\.table\\.ts$|^src/graphql/generated/inputs\\.ts$|^src/(errors|failures|cancellation|summed-log|within)\\.ts$',
      },
    },
    {
      name: 'writers-know-no-feed',
      comment: 'What is written is taken from the calls by whoever watches; nobody who writes waits for it.',
      severity: 'error',
      from: { path: '^src/(calls|participants|ingestion|inbox|imports|backfill|erasure|jobs|accounts)/' },
      to: { path: '^src/live/' },
    },
    {
      name: 'verbs-know-no-doors',
      comment: 'A verb is a plain function: it knows neither HTTP nor GraphQL at run time.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '\\.(route|resolvers)\\.ts$|^src/(app|main)\\.ts$|^src/(graphql|graphql-executor|doors|workers)/',
      },
      to: { path: '^src/graphql(-executor)?/|\\.route\\.ts$|(^|/)(fastify|@apollo|graphql)(/|$)', ...value },
    },
    {
      name: 'executor-knows-graphql-alone',
      comment:
        'How a query is executed depends on the schema and on nothing else: of ours nothing, of graphql its public entry.',
      severity: 'error',
      from: { path: '^src/graphql-executor/' },
      to: { pathNot: '^src/graphql-executor/|^node_modules/graphql/index\\.[a-z.]+$' },
    },
    {
      name: 'generated-inputs-import-nothing',
      comment: 'The types of the schema are open to all, for they know nobody.',
      severity: 'error',
      from: { path: '^src/graphql/generated/inputs\\.ts$' },
      to: {},
    },
    {
      name: 'nothing-else-of-graphql-from-below',
      comment: 'Rooms below know the types of the schema, and of graphql/ nothing else, types included.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: '\\.resolvers\\.ts$|^src/(app|main)\\.ts$|^src/(graphql|graphql-executor|doors|workers)/',
      },
      to: { path: '^src/graphql/', pathNot: '^src/graphql/generated/inputs\\.ts$' },
    },
    {
      name: 'columns-know-no-metric',
      comment: 'The columns of calls know predicates and their own aggregates: no metric, sheet or list.',
      severity: 'error',
      from: { path: '^src/columnar/' },
      to: {
        path: '^src/(metrics|calls/list|inbox|ingestion|imports|erasure|jobs|graphql|doors|workers|access)',
        pathNot: '^src/access/masking/',
      },
    },
    {
      name: 'floors-know-no-rooms',
      comment:
        'Time, numbers, queries and the database are below everything that has a meaning; who asks, what that opens and what is shown is plain data and pure functions, and open to all.',
      severity: 'error',
      from: { path: '^src/(time|phone-numbers|query|postgres|embedded-postgres|json)/' },
      to: {
        path: '^src/(accounts|calls|participants|metrics|columnar|inbox|ingestion|imports|erasure|jobs|graphql|doors|workers|access|providers|cli)/',
        pathNot: '^src/(graphql/generated/inputs|access/(viewer|opens-to|require-scope))\\.ts$|^src/access/masking/',
      },
    },
    {
      name: 'facts-are-pure',
      comment: 'Merging and deriving know no database and nobody above.',
      severity: 'error',
      from: { path: '^src/calls/facts/' },
      to: {
        path: '^src/(postgres|columnar|metrics|inbox|ingestion|participants|providers)/|(^|/)(drizzle-orm|pg)(/|$)',
      },
    },
    {
      name: 'embedded-postgres-has-one-face',
      comment: 'Others start a server or find one; how that is done is of no concern to them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/embedded-postgres/' },
      to: { path: '^src/embedded-postgres/', pathNot: '^src/embedded-postgres/index\\.ts$' },
    },
    {
      name: 'columns-have-one-face',
      comment: 'Others ask packed calls, or have them packed; how they are kept is of no concern to them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/columnar/' },
      to: { path: '^src/columnar/', pathNot: '^src/columnar/index\\.ts$' },
    },
    {
      name: 'nobody-imports-main',
      comment: 'main.ts acts when it is imported.',
      severity: 'error',
      from: {},
      to: { path: '^src/(main|app)\\.ts$', pathNot: '^src/app\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: { path: '^src/doors/playground/browser' },
  },
};
