import { readFile, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';

// Writes the types of the schema and its resolvers; with --check, only says whether the file is up to date.
const file = 'src/graphql/generated.ts';
const text = await codegen({
  filename: file,
  schema: parse(await readFile('schema.graphql', 'utf8')),
  documents: [],
  plugins: [{ typescript: {} }, { resolvers: {} }],
  pluginMap: { typescript, resolvers },
  config: {
    enumsAsTypes: true,
    useTypeImports: true,
    emitLegacyCommonJSImports: false,
    importExtension: '.ts',
    avoidOptionals: { field: true, object: true, defaultValue: true, resolvers: false },
    inputMaybeValue: 'T | null | undefined',
    contextType: './context.ts#Context',
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
      Account: '../accounts/account.table.ts#Account as AccountRow',
      Call: '../calls/call-columns.ts#CallRow',
      Agent: '../agents/agent.table.ts#Agent as AgentRow',
      Campaign: '../campaigns/campaign.table.ts#Campaign as CampaignRow',
      CallGroup: '../call-groups/call-group.table.ts#CallGroup as CallGroupRow',
      VirtualNumber: '../virtual-numbers/virtual-number.table.ts#VirtualNumber as VirtualNumberRow',
      Customer: '../customers/customer.table.ts#Customer as CustomerRow',
      WebhookHealth: '../webhook/find-webhook-health.ts#WebhookHealth as WebhookHealthFound',
      WebhookEvent: '../webhook/list-webhook-events.ts#WebhookEventRow',
      WebhookEventConnection: '../webhook/list-webhook-events.ts#WebhookEventPage',
      EndedCall: '../ended-calls/list-ended-calls.ts#EndedCallRow',
      EndedCallConnection: '../ended-calls/list-ended-calls.ts#EndedCallPage',
      CallConnection: '../calls/list-calls.ts#CallPage',
      AgentConnection: '../agents/list-agents.ts#AgentPage',
      CampaignConnection: '../campaigns/list-campaigns.ts#CampaignPage',
      CallGroupConnection: '../call-groups/list-call-groups.ts#CallGroupPage',
      VirtualNumberConnection: '../virtual-numbers/list-virtual-numbers.ts#VirtualNumberPage',
      CustomerConnection: '../customers/list-customers.ts#CustomerPage',
      CallMetricsReport: '../metrics/metrics-question.ts#MetricsQuestion',
      CallMetrics: '../metrics/metrics-sheet.ts#MetricsSlice',
      DurationStatistics: '../metrics/metrics-sheet.ts#StatisticsSlice',
      Ratio: '../metrics/metrics-sheet.ts#RatioSlice',
      CallMetricsBucket: '../metrics/time-series.ts#MetricsBucket',
      CallMetricsHeatMapCell: '../metrics/heat-map.ts#HeatMapCell',
      CallMetricsGroup: '../metrics/break-down.ts#MetricsGroup',
      CallMetricsGroupEdge: '../metrics/break-down.ts#MetricsGroup',
      CallMetricsGroupConnection: '../metrics/break-down.ts#MetricsGroups',
    },
  },
});
const wanted = `// Made from schema.graphql by \`npm run codegen\`. Do not edit.\n${text}`;

if (!process.argv.includes('--check')) {
  await writeFile(file, wanted);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== wanted) {
  console.error(`${file} is not what schema.graphql says: run \`npm run codegen\`.`);
  process.exitCode = 1;
}
