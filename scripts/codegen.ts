import { readFile, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';

// Writes the types of the schema and its resolvers; with --check, only says whether the file is up to date.
const file = 'src/graphql/generated/resolvers.ts';
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
      Call: '../../calls/list/call-columns.ts#CallRow',
      Agent: '../../participants/agent.table.ts#Agent as AgentRow',
      Campaign: '../../participants/campaign.table.ts#Campaign as CampaignRow',
      CallGroup: '../../participants/call-group.table.ts#CallGroup as CallGroupRow',
      VirtualNumber: '../../participants/virtual-number.table.ts#VirtualNumber as VirtualNumberRow',
      Customer: '../../participants/customer.table.ts#Customer as CustomerRow',
      WebhookHealth: '../../inbox/find-webhook-health.ts#WebhookHealth as WebhookHealthFound',
      WebhookEvent: '../../inbox/list-webhook-events.ts#WebhookEventRow',
      WebhookEventConnection: '../../inbox/list-webhook-events.ts#WebhookEventPage',
      EndedCall: '../../calls/merge/list-ended-calls.ts#EndedCallRow',
      EndedCallConnection: '../../calls/merge/list-ended-calls.ts#EndedCallPage',
      CallConnection: '../../calls/list/list-calls.ts#CallPage',
      AgentConnection: '../../participants/list-agents.ts#AgentPage',
      CampaignConnection: '../../participants/list-campaigns.ts#CampaignPage',
      CallGroupConnection: '../../participants/list-call-groups.ts#CallGroupPage',
      VirtualNumberConnection: '../../participants/list-virtual-numbers.ts#VirtualNumberPage',
      CustomerConnection: '../../participants/list-customers.ts#CustomerPage',
      CallMetricsReport: '../../metrics/metrics-question.ts#MetricsQuestion',
      CallMetrics: '../../metrics/metrics-sheet.ts#MetricsSlice',
      DurationStatistics: '../../metrics/metrics-sheet.ts#StatisticsSlice',
      Ratio: '../../metrics/metrics-sheet.ts#RatioSlice',
      CallMetricsBucket: '../../metrics/answers/time-series.ts#MetricsBucket',
      CallMetricsHeatMapCell: '../../metrics/answers/heat-map.ts#HeatMapCell',
      CallMetricsGroup: '../../metrics/answers/break-down.ts#MetricsGroup',
      CallMetricsGroupEdge: '../../metrics/answers/break-down.ts#MetricsGroup',
      CallMetricsGroupConnection: '../../metrics/answers/break-down.ts#MetricsGroups',
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
