/** Imports go one way: main -> app -> route | resolvers -> verb -> filter | columns -> table -> db. Types may go anywhere. */
const value = { dependencyTypesNot: ['type-only'] };

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'What needs each other is one thing, or lacks a third.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
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
      comment:
        'callerdesk/ is known to the webhook and the back-fill alone: another provider is another room beside it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(providers|ingestion|inbox|erasure|backfill|doors/webhook)/' },
      to: { path: '^src/providers/callerdesk/' },
    },
    {
      name: 'no-resolvers-of-others',
      comment: 'Only the schema knows all resolvers.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/graphql/schema\\.ts$' },
      to: { path: '\\.resolvers\\.ts$' },
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
