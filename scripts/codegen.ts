import { readFile, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';

// Writes the types of the schema, which import nothing and are open to all, and beside them those of its resolvers, which
// know the rows of every room; with --check, only says whether both files are up to date.
const folder = 'src/graphql/generated';
const schema = parse(await readFile('schema.graphql', 'utf8'));
const made = '// Made from schema.graphql by `npm run codegen`. Do not edit.\n';

const config = {
  enumsAsTypes: true,
  useTypeImports: true,
  emitLegacyCommonJSImports: false,
  importExtension: '.ts' as const,
  avoidOptionals: { field: true, object: true, defaultValue: true, resolvers: false },
  inputMaybeValue: 'T | null | undefined',
  contextType: '../context.ts#Context',
  scalars: {
    DateTime: { input: 'unknown', output: 'string' },
    TimeZone: { input: 'unknown', output: 'string' },
    PhoneNumber: { input: 'unknown', output: 'string' },
    Decimal: { input: 'unknown', output: 'string' },
    SafeInt: 'number',
    URL: 'string',
    JSON: 'unknown',
  },
  mappers: {
    Account: '../../accounts/account.table.ts#Account as AccountRow',
    ApiKey: '../../access/keys/api-key.ts#ApiKey as ApiKeyFound',
    IssuedApiKey: '../../access/keys/api-key.ts#IssuedKey',
    Viewer: '../../access/viewer.ts#Viewer as ViewerFound',
    Call: '../../calls/list/call-columns.ts#CallRow',
    Agent: '../../participants/participants.table.ts#Agent as AgentRow',
    Campaign: '../../participants/participants.table.ts#Campaign as CampaignRow',
    CallGroup: '../../participants/participants.table.ts#CallGroup as CallGroupRow',
    VirtualNumber: '../../participants/participants.table.ts#VirtualNumber as VirtualNumberRow',
    Customer: '../../participants/participants.table.ts#Customer as CustomerRow',
    WebhookHealth: '../../inbox/find-webhook-health.ts#WebhookHealth as WebhookHealthFound',
    WebhookEvent: '../../inbox/mask-events.ts#WebhookEventRow',
    WebhookEventConnection: '../../inbox/list-webhook-events.ts#WebhookEventPage',
    AccessLogEntry: '../../access/log/access-log.table.ts#AccessLogRow',
    AccessLogConnection: '../../access/log/list-access-log.ts#AccessLogPage',
    CallEvent: '../live/live-step.ts#CallChange',
    EndedCall: '../../calls/merge/list-ended-calls.ts#EndedCallRow',
    EndedCallConnection: '../../calls/merge/list-ended-calls.ts#EndedCallPage',
    CallConnection: '../../calls/list/list-calls.ts#CallPage',
    AgentConnection: '../../participants/list-participants.ts#AgentPage',
    CampaignConnection: '../../participants/list-participants.ts#CampaignPage',
    CallGroupConnection: '../../participants/list-participants.ts#CallGroupPage',
    VirtualNumberConnection: '../../participants/list-participants.ts#VirtualNumberPage',
    CustomerConnection: '../../participants/list-participants.ts#CustomerPage',
    CallMetricsReport: '../../metrics/metrics-question.ts#MetricsQuestion',
    CallMetrics: '../../metrics/metrics-sheet.ts#MetricsSlice',
    DurationStatistics: '../../metrics/metrics-sheet.ts#StatisticsSlice',
    Ratio: '../../metrics/metrics-sheet.ts#RatioSlice',
    CallMetricsBucket: '../../metrics/answers/time-series.ts#MetricsBucket',
    CallMetricsHeatMapCell: '../../metrics/answers/heat-map.ts#HeatMapCell',
    CallMetricsGroup: '../../metrics/answers/break-down.ts#MetricsGroup',
    CallMetricsGroupEdge: '../../metrics/answers/break-down.ts#MetricsGroup',
    CallMetricsGroupConnection: '../../metrics/answers/break-down.ts#MetricsGroups',
    LiveBoard: '../../metrics/live/live-board.ts#LiveBoard as LiveBoardAsked',
    LiveBoardRow: '../../metrics/live/live-board.ts#LiveBoardRow as LiveBoardRowFound',
    LiveFigures: '../../metrics/live/live-board.ts#LiveFigures as LiveFiguresFound',
  },
};

function generate(filename: string, plugins: Record<string, object>[]): Promise<string> {
  return codegen({ filename, schema, documents: [], plugins, pluginMap: { typescript, resolvers }, config });
}

const files = {
  [`${folder}/inputs.ts`]: await generate(`${folder}/inputs.ts`, [{ typescript: {} }]),
  [`${folder}/resolvers.ts`]: `import type * as Schema from './inputs.ts';\n${await generate(`${folder}/resolvers.ts`, [
    { resolvers: { namespacedImportName: 'Schema' } },
  ])}`,
};

for (const [file, text] of Object.entries(files)) {
  const wanted = made + text;
  if (!process.argv.includes('--check')) {
    await writeFile(file, wanted);
  } else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
    console.error(`${file} is not what schema.graphql says: run \`npm run codegen\`.`);
    process.exitCode = 1;
  }
}
