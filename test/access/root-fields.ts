const range = 'range: { between: { from: "2026-03-01T00:00:00Z", to: "2026-03-16T07:13:00Z" } }';
// No call has this word: all are kept, but what is asked for is not packed, so that calls themselves answer.
const unpacked = 'filter: { providerStatus: { ne: "never" } }';
const dimensions = [
  'ACCOUNT',
  'AGENT',
  'CAMPAIGN',
  'CALL_GROUP',
  'VIRTUAL_NUMBER',
  'CUSTOMER',
  'DIRECTION',
  'DISPOSITION',
  'HOUR_OF_DAY',
  'DAY_OF_WEEK',
];

const ratio = '{ value numerator denominator excluded }';
const statistics = '{ count sum average min max percentile(p: 90) histogram(bounds: [10, 60]) { from to count } }';
const metrics = `{ callCount completedCount liveCount unreportedCount offeredCount answeredCount missedCount abandonedCount
  ivrEndedCount unknownCount shortAbandonedCount inboundCount outboundCount answerRate ${ratio} answerSeizureRatio ${ratio}
  abandonRate ${ratio} serviceLevel ${ratio} speedOfAnswer ${statistics} duration ${statistics} talkTime ${statistics}
  ringTime ${statistics} waitTime ${statistics} ivrTime ${statistics} coinsTotal uniqueCustomerCount
  repeatCustomerRate ${ratio} missedCustomersReached ${ratio} peakConcurrentCalls peakConcurrentAt erlangs
  busyHour { start callCount erlangs } }`;
const account = '{ id name provider timeZone region createdAt isDemo }';
const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const connection = (node: string) =>
  `{ totalCount totalCountIsExact ${pageInfo} edges { cursor node { id } } nodes ${node} }`;
const flatCall = `{ id callSid direction status disposition outcome endedBy customerNumber customerPseudonym agentNumber agentName sourceNumber
  destinationNumber dialedNumber startedAt legAPickedAt legBStartedAt legBPickedAt answeredAt endedAt durationSeconds
  talkSeconds ivrSeconds ringSeconds waitSeconds waitingSeconds coins recordingUrl keyPress hangupCause errorCode providerStatus
  providerDirection createdAt updatedAt account ${account} }`;
const common = `id name firstCallAt lastCallAt account ${account} metrics(${range}) ${metrics}
  calls(first: 3) ${connection(flatCall)}`;
const kinds = {
  agent: `{ ${common} number email }`,
  campaign: `{ ${common} campaignCode }`,
  callGroup: `{ ${common} }`,
  virtualNumber: `{ ${common} number }`,
  customer: `{ ${common} number pseudonym }`,
};
const call = `{ ${flatCall.slice(1, -1)} ${Object.entries(kinds)
  .map(([name, of]) => `${name} ${of}`)
  .join(' ')} }`;
const event = `{ id account ${account} receivedAt kind form state reason notUnderstood callSid call ${flatCall} payload }`;
const report = (by: readonly string[]) => `{ from to timeZone dataThrough isFinal totals ${metrics}
  timeSeries(interval: WEEK) { start end label isPartial metrics ${metrics} calls(first: 1) ${connection('{ id }')} }
  calls(first: 2) ${connection(flatCall)}
  heatMap { dayOfWeek hourOfDay metrics { callCount talkTime { sum } } }
  compare(to: SAME_PERIOD_LAST_WEEK) { totals ${metrics} }
  ${by
    .map(
      (dimension) => `${dimension}: breakdown(by: [${dimension}], first: 2) { totalCount ${pageInfo} other ${metrics}
    edges { cursor node { hourOfDay } } nodes { account ${account} agent ${kinds.agent} campaign { id name } callGroup { id name }
      virtualNumber { id number } customer { id number name } direction disposition hourOfDay dayOfWeek metrics ${metrics}
      timeSeries(interval: WEEK) { start metrics ${metrics} } calls(first: 2) ${connection(flatCall)} } }`,
    )
    .join('\n')} }`;

const brief = `{ totals { callCount talkTime { sum } uniqueCustomerCount repeatCustomerRate ${ratio} erlangs }
  breakdown(by: [AGENT, CALL_GROUP], first: 2) { totalCount nodes { agent { name } metrics { callCount erlangs } } other { callCount } } }`;

const liveFigures = `{ ringingCount longestWaitSeconds longestWaitSince talkingCount agentsOnPhoneCount
  lastHour { callCount liveCount answeredCount missedCount talkTime { sum } } }`;
const boardKeys = `account ${account} agent { id name } callGroup { id name } virtualNumber { id number }`;

const apiKey = `{ name state scopes accounts { id name } documentsOnly budget secrets createdAt createdBy expiresAt revokedAt
  lastUsedAt }`;

/** The ids of rows of one account, by type; and texts by which its rows are found. */
export type Ids = {
  account: string;
  calls: string[];
  customerNumbers: string[];
  callSids: string[];
  byType: Record<string, string[]>;
};

type Documents = (of: Ids) => string[];
const text = JSON.stringify;
const byId =
  (field: string, type: string, node: string): Documents =>
  ({ byType }) =>
    (byType[type] ?? []).slice(0, 3).map((id) => `{ ${field}(id: ${text(id)}) ${node} }`);
const orders = ['NAME', 'LAST_CALL_AT', 'FIRST_CALL_AT'];
const listOf =
  (field: string, type: string, node: string): Documents =>
  ({ account: of, byType }) => [
    ...orders.map(
      (order) => `{ ${field}(first: 3, orderBy: { field: ${order}, direction: DESC }) ${connection(node)} }`,
    ),
    `{ ${field}(last: 2) ${connection('{ id }')} }`,
    `{ ${field}(filter: { accountId: { eq: ${text(of)} } }) ${connection('{ id }')} }`,
    `{ ${field}(filter: { accountId: { ne: ${text(of)} } }) ${connection('{ id }')} }`,
    `{ ${field}(filter: { id: { in: ${text(byType[type] ?? [])} } }) ${connection('{ id name }')} }`,
    `{ ${field}(filter: { name: { contains: "a" } }) ${connection('{ id name }')} }`,
  ];
const callFilters = ({ account: of, byType, calls, customerNumbers, callSids }: Ids): string[] => [
  '{}',
  `{ accountId: { eq: ${text(of)} } }`,
  `{ accountId: { notIn: [${text(of)}] } }`,
  `{ not: { accountId: { eq: ${text(of)} } } }`,
  `{ or: [{ accountId: { eq: ${text(of)} } }, { direction: { eq: INBOUND } }] }`,
  `{ id: { in: ${text(calls)} } }`,
  `{ callSid: { in: ${text(callSids)} } }`,
  `{ agentId: { in: ${text(byType.Agent)} } }`,
  `{ agentId: { eq: ${text(byType.Agent?.[0])} } }`,
  `{ campaignId: { ne: ${text(byType.Campaign?.[0])} } }`,
  `{ customerId: { in: ${text(byType.Customer)} } }`,
  `{ customerNumber: { in: ${text(customerNumbers)} } }`,
  '{ customerNumber: { startsWith: "+9197" } }',
  '{ agentName: { contains: "bravo" } }',
  '{ callGroupName: { eq: "Sales" } }',
  '{ campaignCode: { eq: "77" } }',
  '{ durationSeconds: { gt: 100 } }',
];
const callLists =
  (field: string): Documents =>
  (of) => [
    ...callFilters(of).map(
      (filter) => `{ ${field}(first: 5, filter: ${filter}) ${connection('{ id callSid startedAt }')} }`,
    ),
    ...['STARTED_AT', 'UPDATED_AT', 'DURATION_SECONDS', 'TALK_SECONDS', 'WAIT_SECONDS']
      .filter(() => field === 'calls')
      .map((order) => `{ ${field}(first: 6, orderBy: { field: ${order}, direction: ASC }) ${connection('{ id }')} }`),
    `{ ${field}(first: 2) ${connection(call)} }`,
    `{ ${field}(last: 4) ${connection('{ id }')} }`,
  ];
const nodes = `{ __typename id ... on Call { callSid } ... on Account { account: name } ... on Agent { agent: name } ... on WebhookEvent { payload } }`;

/** By root field of the schema: operations that ask for all that it leads to, of the rows of an account. */
export const rootFields: Record<string, Documents> = {
  node: ({ byType }) =>
    Object.values(byType).flatMap((ids) => ids.slice(0, 2).map((id) => `{ node(id: ${text(id)}) ${nodes} }`)),
  nodes: ({ byType }) => Object.values(byType).map((ids) => `{ nodes(ids: ${text(ids.slice(0, 20))}) ${nodes} }`),
  call: byId('call', 'Call', call),
  callBySid: ({ account: of, callSids }) =>
    callSids
      .slice(0, 6)
      .flatMap((sid) => [
        `{ callBySid(callSid: ${text(sid)}) ${flatCall} }`,
        `{ callBySid(callSid: ${text(sid)}, accountId: ${text(of)}) ${flatCall} }`,
      ]),
  calls: (of) => [
    ...callLists('calls')(of),
    `{ calls(first: 5, ${range}, timeZone: "Europe/Berlin", filter: { direction: { eq: INBOUND } }) ${connection('{ id }')} }`,
  ],
  liveCalls: callLists('liveCalls'),
  'subscription liveCalls': (of) =>
    callFilters(of).map((filter) => `subscription { liveCalls(filter: ${filter}) ${call} }`),
  'subscription callChanged': () => [`subscription { callChanged ${call} }`],
  'subscription callEvents': () => [`subscription { callEvents { token kind callId call ${call} } }`],
  'subscription liveBoard': () => ['subscription { liveBoard { serverTime } }'],
  'subscription callMetrics': () => [`subscription { callMetrics(${range}) ${report(['AGENT'])} }`],
  liveBoard: (of) => [
    `{ liveBoard { serverTime totals ${liveFigures} ${['ACCOUNT', 'AGENT', 'CALL_GROUP', 'VIRTUAL_NUMBER']
      .map((by) => `${by}: breakdown(by: ${by}, first: 20) { ${boardKeys} figures ${liveFigures} }`)
      .join(' ')} } }`,
    ...callFilters(of).map((filter) => `{ liveBoard(filter: ${filter}) { totals ${liveFigures} } }`),
  ],
  serverTime: () => ['{ serverTime }'],
  endedCalls: () => [
    `{ endedCalls(since: ${text(new Date(Date.now() - 86_400_000).toISOString())}) { totalCount totalCountIsExact ${pageInfo}
      edges { cursor node { id } } nodes { id removedAt reason replacedBy } } }`,
  ],
  account: byId('account', 'Account', account),
  accounts: () => [`{ accounts ${account} }`],
  agent: byId('agent', 'Agent', kinds.agent),
  agents: listOf('agents', 'Agent', kinds.agent),
  campaign: byId('campaign', 'Campaign', kinds.campaign),
  campaigns: listOf('campaigns', 'Campaign', kinds.campaign),
  callGroup: byId('callGroup', 'CallGroup', kinds.callGroup),
  callGroups: listOf('callGroups', 'CallGroup', kinds.callGroup),
  virtualNumber: byId('virtualNumber', 'VirtualNumber', kinds.virtualNumber),
  virtualNumbers: listOf('virtualNumbers', 'VirtualNumber', kinds.virtualNumber),
  customer: byId('customer', 'Customer', kinds.customer),
  customers: listOf('customers', 'Customer', kinds.customer),
  customerByNumber: ({ account: of, customerNumbers }) =>
    customerNumbers.flatMap((number) => [
      `{ customerByNumber(number: ${text(number)}) ${kinds.customer} }`,
      `{ customerByNumber(number: ${text(number)}, accountId: ${text(of)}) { id number } }`,
    ]),
  callMetrics: (of) => [
    `{ callMetrics(${range}) ${report(dimensions)} }`,
    `{ callMetrics(${range}, ${unpacked}) ${report(dimensions)} }`,
    ...callFilters(of).map((filter) => `{ callMetrics(${range}, filter: ${filter}) ${brief} }`),
  ],
  webhookEvents: ({ account: of, callSids }) => [
    ...[
      '{}',
      `{ accountId: { eq: ${text(of)} } }`,
      `{ accountId: { ne: ${text(of)} } }`,
      `{ callSid: { in: ${text(callSids)} } }`,
      '{ state: [UNREADABLE, IGNORED, WAITING] }',
    ].map((filter) => `{ webhookEvents(first: 4, filter: ${filter}) ${connection(event)} }`),
  ],
  webhookHealth: ({ account: of }) =>
    ['', `(accountId: ${text(of)})`].map(
      (args) => `{ webhookHealth${args} { lastEventAt lastCallReportAt eventsLast24Hours unreadableLast24Hours
        conflictsLast24Hours notUnderstoodLast24Hours waiting unknownStatusWords refusedSinceStart retentionWaits } }`,
    ),
  viewer: () => ['{ viewer { name scopes accounts { id name } expiresAt } }'],
  apiKeys: () => [`{ apiKeys ${apiKey} }`],
  createApiKey: ({ account: of }) => [
    `mutation { createApiKey(input: { name: "new", scopes: [CALLS], accountIds: [${text(of)}] }) { key { name scopes accounts { name } } } }`,
  ],
  rotateApiKey: () =>
    ['nobody', 'of bravo', 'of all'].map(
      (name) => `mutation { rotateApiKey(name: ${text(name)}) { secret key ${apiKey} } }`,
    ),
  revokeApiKey: () =>
    ['nobody', 'of bravo', 'of all', 'of alpha'].map(
      (name) => `mutation { revokeApiKey(name: ${text(name)}) { name state } }`,
    ),
  accessLog: () => [
    `{ accessLog(filter: { viewer: { eq: "nobody" } }) { totalCount totalCountIsExact ${pageInfo} edges { cursor node { viewer } }
      nodes { at viewer operationType operationName change changedId requestedCost actualCost rows status code requestId } } }`,
  ],
  accessLogLost: () => ['{ accessLogLost }'],
  updateAgent: ({ byType }) => [
    `mutation { updateAgent(id: ${text(byType.Agent?.[0])}, name: "Renamed") { id name account ${account} } }`,
  ],
  updateCampaign: ({ byType }) => [
    `mutation { updateCampaign(id: ${text(byType.Campaign?.[0])}, name: "Renamed") { id name } }`,
  ],
  updateVirtualNumber: ({ byType }) => [
    `mutation { updateVirtualNumber(id: ${text(byType.VirtualNumber?.[0])}, name: "Renamed") { id name } }`,
  ],
  updateCustomer: ({ byType }) => [
    `mutation { updateCustomer(id: ${text(byType.Customer?.[0])}, name: "Renamed") { id name } }`,
  ],
  replayWebhookEvents: ({ account: of, byType }) =>
    [
      'filter: {}',
      `filter: { accountId: { eq: ${text(of)} } }`,
      `filter: {}, after: ${text(byType.WebhookEvent?.[4])}`,
    ].map(
      (
        args,
      ) => `mutation { replayWebhookEvents(${args}, dryRun: true) { replayed recorded duplicate ignored unreadable conflict
        waiting lastEventId isComplete } }`,
    ),
};
