/** A request that shall cost much: refused at once, or held to what the limits allow; some ask for all of it. */
export type Attack = {
  name: string;
  expected: 'refused' | 'bounded' | 'atLimits';
  method: 'GET' | 'POST';
  /** Of a POST; sent as JSON. */
  body: string;
  /** Of a GET; with its question mark. */
  search: string;
};

/** What there is to ask about: ids of things that have calls. */
export type Known = { agents: readonly string[]; calls: readonly string[] };

type Asked = { variables?: unknown; operationName?: string; extensions?: unknown };

const repeat = (times: number, text: (i: number) => string) =>
  Array.from({ length: times }, (_, i) => text(i)).join(' ');
const nested = (times: number, open: string, inner: string, close: string) =>
  `${open.repeat(times)}${inner}${close.repeat(times)}`;
const month = 'range: { between: { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" } }';
const year = 'range: { between: { from: "2025-06-01T00:00:00Z", to: "2026-06-01T00:00:00Z" } }';
const metrics = (selection: string, range = month) => `callMetrics(${range}) { ${selection} }`;
const fragments = (count: number, on: string, body: (i: number) => string) =>
  repeat(count, (i) => `fragment F${i} on ${on} { ${body(i)} }`);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const emptyObjects = (count: number) => Array.from({ length: count }, () => ({}));
const everyCall = `id callSid direction status disposition outcome startedAt endedAt durationSeconds talkSeconds customerNumber
  agentNumber agentName providerStatus coins recordingUrl createdAt updatedAt`;
const everyMetric =
  'callCount completedCount answeredCount missedCount abandonedCount offeredCount inboundCount outboundCount';

/** Every attack, by kinds; each kind in several sizes. */
export function attacksOn({ agents, calls }: Known): Attack[] {
  const all: Attack[] = [];
  const add = (expected: Attack['expected'], name: string, body: string) =>
    all.push({ name, expected, method: 'POST', body, search: '' });
  const refused = (name: string, query: string, asked: Asked = {}) =>
    add('refused', name, JSON.stringify({ query, ...asked }));
  const bounded = (name: string, query: string, asked: Asked = {}) =>
    add('bounded', name, JSON.stringify({ query, ...asked }));
  const atLimits = (name: string, query: string, asked: Asked = {}) =>
    add('atLimits', name, JSON.stringify({ query, ...asked }));
  const byGet = (name: string, query: string, variables = '') =>
    all.push({
      name,
      expected: 'refused',
      method: 'GET',
      body: '',
      search: `?query=${encodeURIComponent(query)}${variables && `&variables=${encodeURIComponent(variables)}`}`,
    });
  const manyIds = (count: number) => Array.from({ length: count }, (_, i) => calls[i % calls.length] ?? '');

  // Aliases.
  for (const n of [101, 400, 1000]) {
    refused(`${n} aliases of __typename`, `{ ${repeat(n, (i) => `a${i}: __typename`)} }`);
    refused(`${n} aliases of a field in a list`, `{ calls { nodes { ${repeat(n, (i) => `a${i}: id`)} } } }`);
    refused(`${n} aliases of a metric`, `{ ${metrics(`totals { ${repeat(n, (i) => `a${i}: callCount`)} }`)} }`);
  }
  for (const n of [31, 120, 600, 1200]) {
    const query = `query ($ids: [ID!]!) { ${repeat(n, (i) => `a${i}: nodes(ids: $ids) { id }`)} }`;
    refused(`${n} aliases of nodes with 250 ids`, query, { variables: { ids: manyIds(250) } });
    refused(`${n} aliases of a list`, `{ ${repeat(n, (i) => `a${i}: calls { nodes { id } }`)} }`);
  }
  refused(
    'aliases in fragments',
    `{ ${repeat(20, () => '...F0')} } ${fragments(1, 'Query', () => repeat(10, (i) => `a${i}: __typename`))}`,
  );

  // Fragments.
  for (const n of [20, 100, 300]) {
    const doubling = fragments(n, 'Account', (i) => (i === n - 1 ? 'name' : `...F${i + 1} ...F${i + 1}`));
    refused(`${n} fragments that double`, `{ accounts { ...F0 } } ${doubling}`);
  }
  for (const n of [5, 60]) {
    const circle = fragments(n, 'Query', (i) => `...F${(i + 1) % n} __typename`);
    refused(`a circle of ${n} fragments`, `{ ...F0 } ${circle}`);
    const web = fragments(n, 'Query', (i) => repeat(Math.min(n, 50), (j) => (j === i ? '' : `...F${j}`)));
    refused(`${n} fragments that all spread each other`, `{ ...F0 } ${web}`);
  }
  refused(
    'a circle through a list',
    '{ agents { nodes { ...F0 } } } fragment F0 on Agent { calls { nodes { agent { ...F0 } } } }',
  );
  refused('fragments nobody defines', `{ ${repeat(1500, (i) => `...Missing${i}`)} }`);
  refused('fragments nobody uses', `{ __typename } ${fragments(500, 'Query', () => '__typename')}`);
  refused('one name for many fragments', `{ ...F } ${repeat(400, () => 'fragment F on Query { __typename }')}`);
  refused('fragments of types that are not', `{ ...F0 } ${fragments(400, 'Nothing', () => 'a')}`);
  for (const n of [76, 150, 220, 400]) {
    refused(
      `${n} fragments of one field`,
      `{ accounts { ${repeat(n, (i) => `...F${i}`)} } } ${fragments(n, 'Account', () => 'name')}`,
    );
    refused(
      `a chain of ${Math.min(n, 350)} fragments`,
      `{ accounts { ...F0 } } ${fragments(Math.min(n, 350), 'Account', (i) => `name ${i < Math.min(n, 350) - 1 ? `...F${i + 1}` : ''}`)}`,
    );
  }
  refused(
    'fragments of an operation that is not asked for',
    `query A { __typename } query B { accounts { ${repeat(300, (i) => `...F${i}`)} } } ${fragments(300, 'Account', () => 'name')}`,
    { operationName: 'A' },
  );
  bounded(
    'fragments at their limit',
    `{ accounts { ${repeat(75, (i) => `...F${i}`)} } } ${fragments(75, 'Account', (i) => `name a${i}: id`)}`,
  );
  bounded(
    'a chain of fragments at its limit',
    `{ calls { nodes { agent { ...F0 } } } } ${fragments(75, 'Agent', (i) => `name ${i < 74 ? `...F${i + 1}` : ''}`)}`,
  );

  // Fields that are compared with each other.
  for (const n of [142, 600, 1900]) refused(`${n} times one field`, `{ accounts { ${repeat(n, () => 'name')} } }`);
  for (const n of [101, 640]) {
    refused(`${n} times one object`, `{ calls { nodes { ${repeat(n, () => 'agent { name }')} } } }`);
    refused(
      `${n} times one list`,
      `{ ${repeat(29, () => `calls { ${repeat(Math.ceil(n / 29), () => 'nodes { id }')} }`)} }`,
    );
  }
  refused(
    'fields repeated in an operation that is not asked for',
    `query A { __typename } query B { calls { nodes { ${repeat(600, () => 'agent { name }')} } } }`,
    { operationName: 'A' },
  );
  bounded('fields repeated to the limit', `{ calls { nodes { ${repeat(100, () => 'agent { name }')} } } }`);
  bounded(
    'figures repeated to the limit',
    `{ ${metrics(`totals { talkTime { ${repeat(140, () => 'percentile(p: 50)')} } }`)} }`,
  );
  bounded(
    'operations in great number',
    repeat(350, (i) => `query A${i} { accounts { name } }`),
    {
      operationName: 'A0',
    },
  );

  bounded('inline fragments in each other', `{ ${nested(400, '... on Query { ', '__typename', '} ')} }`);

  // Directives.
  for (const n of [51, 500, 790]) refused(`${n} directives`, `{ __typename ${repeat(n, () => '@skip(if: false)')} }`);
  refused('directives that are not', `{ __typename ${repeat(45, (i) => `@nothing${i}`)} }`);
  refused('directives on many fields', `{ accounts { ${repeat(60, () => 'name @include(if: true)')} } }`);
  refused('directives in variables', `query (${repeat(60, (i) => `$v${i}: Int @skip(if: false)`)}) { __typename }`);

  // Depth.
  for (const n of [6, 50, 400]) {
    refused(`${n} lists in each other`, `{ ${nested(n, 'calls { nodes { agent { ', 'name', '} } } ')} }`);
  }
  refused('selections of nothing', nested(1900, '{ a ', '', '}'));
  refused('open braces', '{'.repeat(3999));
  refused(
    'depth in a fragment',
    `{ ...F0 } fragment F0 on Query { ${nested(6, 'calls { nodes { agent { ', 'name', '} } } ')} }`,
  );

  // Nested pages.
  for (const [outer, inner] of [
    [500, 61],
    [500, 500],
    [100, 500],
  ]) {
    refused(
      `pages of ${inner} in one of ${outer}`,
      `{ agents(first: ${outer}) { nodes { calls(first: ${inner}) { nodes { id } } } } }`,
    );
    refused(
      `pages of ${inner} in one of ${outer}, by variables`,
      'query ($o: Int = 500, $i: Int!) { agents(first: $o) { edges { node { calls(last: $i) { edges { node { id } } } } } } }',
      { variables: { o: outer, i: inner } },
    );
  }
  refused(
    'pages in pages in pages',
    '{ agents { nodes { calls { nodes { campaign { calls { nodes { id } } } } } } } }',
  );
  refused(
    'pages under ids',
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Agent { calls(first: 200) { nodes { id } } } } }`,
    { variables: { ids: manyIds(250) } },
  );
  refused(
    'pages of groups',
    `{ ${metrics('breakdown(by: [AGENT], first: 500) { nodes { calls(first: 100) { nodes { id } } } }')} }`,
  );
  refused(
    'nodes and edges of one list',
    '{ agents(first: 500) { nodes { calls(first: 31) { nodes { id } } } edges { node { calls(first: 31) { nodes { id } } } } } }',
  );
  refused('pages of more than there may be', '{ calls(first: 99999999999) { nodes { id } } }');
  refused('pages of a number beyond all', '{ calls(first: 1e400) { nodes { id } } }');
  refused('a number of 200,000 digits', `{ calls(first: ${'9'.repeat(200_000)}) { nodes { id } } }`);
  refused('a page of a wrong type', 'query ($n: Int) { calls(first: $n) { nodes { id } } }', {
    variables: { n: { a: numbers(10_000) } },
  });

  // Ids.
  refused('30,001 ids', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    variables: { ids: numbers(30_001).map(String) },
  });
  bounded('5,000 ids', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    variables: { ids: numbers(5000).map(String) },
  });
  refused('ids that are lists of lists', `{ nodes(ids: ${nested(1000, '[', '', ']')}) { id } }`);
  bounded('ids that name nothing', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    variables: { ids: Array.from({ length: 250 }, () => 'x'.repeat(900)) },
  });

  // Filters.
  for (const n of [1000, 20_000, 60_000]) {
    const filter = (f: unknown) => ({ variables: { f } });
    const query = 'query ($f: CallFilter) { calls(filter: $f) { totalCount } }';
    refused(`a filter of ${n} empty objects`, query, filter({ or: emptyObjects(n) }));
    refused(
      `a filter of ${n} conditions`,
      query,
      filter({ and: Array.from({ length: Math.min(n, 4000) }, () => ({ direction: { eq: 'INBOUND' } })) }),
    );
    refused(
      `figures by a filter of ${n} empty objects`,
      `query ($f: CallFilter) { callMetrics(${month}, filter: $f) { totals { callCount } } }`,
      filter({ or: emptyObjects(n) }),
    );
    refused(
      `a filter of ${n} values`,
      query,
      filter({
        or: Array.from({ length: 200 }, () => ({
          agentName: { in: Array.from({ length: Math.min(n / 20, 250) + 1 }, () => 'x') },
        })),
      }),
    );
  }
  refused('a filter written out', `{ calls(filter: { or: [${'{}'.repeat(1300)}] }) { totalCount } }`);
  refused('filters in filters, by brackets', `{ calls(filter: ${nested(900, '{ not: ', '{}', '}')}) { totalCount } }`);
  refused(
    'a variable used a hundred times',
    `query ($f: CallFilter) { calls(filter: { or: [${repeat(100, () => '$f')}] }) { totalCount } }`,
    { variables: { f: { or: emptyObjects(500) } } },
  );
  refused(
    'a list used in each of many lists',
    `query ($in: [String!]) { ${repeat(25, (i) => `a${i}: calls(filter: { callSid: { in: $in } }) { totalCount }`)} }`,
    { variables: { in: numbers(250).map(String).concat(numbers(250).map(String)) } },
  );
  refused(
    'filters of many lists',
    `query ($f: CallFilter) { ${repeat(25, (i) => `a${i}: calls(filter: $f) { totalCount }`)} }`,
    { variables: { f: { or: emptyObjects(100) } } },
  );
  refused(
    'fields of filters that are not',
    `{ calls(filter: { ${repeat(900, (i) => `field${i}: 1`)} }) { totalCount } }`,
  );
  refused(
    'values of filters that are not',
    `{ calls(filter: { or: [${repeat(300, () => '{ status: { eq: RINGIN } }')}] }) { totalCount } }`,
  );
  refused('wrong values in variables', 'query ($f: CallFilter) { calls(filter: $f) { totalCount } }', {
    variables: { f: { or: Array.from({ length: 900 }, (_, i) => ({ [`field${i}`]: 1 })) } },
  });
  bounded('a filter at its limit', 'query ($f: CallFilter) { calls(filter: $f) { totalCount } }', {
    variables: { f: { or: [...emptyObjects(990)] } },
  });
  bounded(
    'a filter of conditions at its limit',
    'query ($f: CallFilter) { calls(filter: $f) { nodes { id } totalCount } }',
    { variables: { f: { or: Array.from({ length: 490 }, (_, i) => ({ durationSeconds: { eq: 100_000 + i } })) } } },
  );
  bounded(
    'a filter of texts at its limit',
    'query ($f: CallFilter) { calls(filter: $f) { nodes { id } totalCount } }',
    {
      variables: {
        f: {
          or: Array.from({ length: 39 }, () => ({
            agentName: { in: Array.from({ length: 250 }, (_, i) => `nobody ${i}`) },
          })),
        },
      },
    },
  );
  bounded(
    'figures by a filter at its limit',
    `query ($f: CallFilter) { callMetrics(${month}, filter: $f) { totals { callCount answeredCount } } }`,
    { variables: { f: { or: Array.from({ length: 490 }, (_, i) => ({ talkSeconds: { eq: 100_000 + i } })) } } },
  );
  bounded('search in texts', '{ calls(filter: { agentName: { contains: "%%%%____" } }) { totalCount nodes { id } } }');
  bounded(
    'a text of 100 kB to search',
    'query ($t: String) { calls(filter: { agentName: { contains: $t } }) { totalCount } }',
    { variables: { t: 'ab'.repeat(50_000) } },
  );

  // Figures.
  const bounds = (n: number) => `bounds: [${numbers(n).join()}]`;
  for (const n of [20, 50, 99]) {
    refused(
      `${n} bounds in a series of hours`,
      `{ ${metrics(`timeSeries(interval: HOUR) { metrics { talkTime { histogram(${bounds(n)}) { from to count } } } }`, year)} }`,
    );
    refused(
      `${n} percentiles in a series of hours`,
      `{ ${metrics(`timeSeries(interval: HOUR) { metrics { talkTime { ${repeat(n, (i) => `p${i}: percentile(p: ${(i + 1) / 2})`)} } waitTime { sum count min max average ${repeat(25, (i) => `q${i}: percentile(p: ${i + 1})`)} } } }`, year)} }`,
    );
    refused(
      `series of ${n * 5} groups`,
      `{ ${metrics(`breakdown(by: [AGENT, HOUR_OF_DAY], first: ${n * 5}) { nodes { timeSeries(interval: HOUR) { metrics { ${everyMetric} } } } }`)} }`,
    );
    refused(
      `series of groups with ${n} bounds`,
      `{ ${metrics(`breakdown(by: [AGENT], first: 100) { nodes { timeSeries(interval: DAY) { metrics { talkTime { histogram(${bounds(n)}) { from to count } } ${everyMetric} } } } }`)} }`,
    );
  }
  refused(
    'a hundred and one columns',
    `{ ${metrics(`totals { talkTime { ${repeat(99, (i) => `p${i}: percentile(p: ${i + 1})`)} } ringTime { p: percentile(p: 1) } }`)} }`,
  );
  bounded(
    'columns of histograms',
    `{ ${metrics(`totals { talkTime { histogram(${bounds(60)}) { count } } waitTime { histogram(${bounds(60)}) { count } } }`)} }`,
  );
  refused(
    'thresholds without end',
    `{ ${metrics(`totals { ${repeat(101, (i) => `s${i}: serviceLevel(withinSeconds: ${i}) { value }`)} }`)} }`,
  );
  refused(
    '101 tables',
    `{ ${metrics(`${repeat(99, (i) => `a${i}: compare(to: PREVIOUS_PERIOD) { totals { callCount } }`)} totals { callCount peakConcurrentCalls repeatCustomerRate { value } }`)} }`,
  );
  refused(
    'figures of many agents',
    `{ agents(first: 500) { nodes { metrics(${month}) { ${repeat(95, (i) => `a${i}: answerRate { value numerator denominator excluded }`)} ${everyMetric} callGroup: serviceLevel { value numerator denominator excluded } } edges { cursor } } edges { node { metrics(${month}) { ${everyMetric} answerRate { value numerator denominator excluded } } } } } }`,
  );
  atLimits(
    'a series at its limit',
    `{ ${metrics(`timeSeries(interval: HOUR) { label metrics { ${everyMetric} answerRate { value numerator denominator excluded } talkTime { sum count average min max } waitTime { p: percentile(p: 90) } } }`, year)} }`,
  );
  bounded(
    'a histogram at its limit',
    `{ ${metrics(`timeSeries(interval: DAY) { metrics { talkTime { histogram(${bounds(99)}) { from to count } } } }`, year)} }`,
  );
  bounded(
    'groups by three dimensions',
    `{ ${metrics(`breakdown(by: [AGENT, HOUR_OF_DAY, DAY_OF_WEEK], first: 500) { totalCount nodes { agent { name } hourOfDay metrics { ${everyMetric} } } other { callCount } }`)} }`,
  );
  bounded(
    'series of groups',
    `{ ${metrics(`breakdown(by: [AGENT], first: 100) { nodes { timeSeries(interval: DAY) { label metrics { ${everyMetric} } } } }`)} }`,
  );
  bounded(
    'a century by quarters of an hour',
    `{ ${metrics('timeSeries(interval: QUARTER_HOUR) { label }', 'range: { between: { from: "1930-01-01T00:00:00Z", to: "2030-01-01T00:00:00Z" } }')} }`,
  );
  bounded(
    'heat maps',
    `{ ${metrics(`${repeat(30, (i) => `a${i}: heatMap { metrics { ${everyMetric} peakConcurrentCalls } }`)}`)} }`,
  );
  bounded(
    'figures of all agents',
    `{ agents(first: 500) { nodes { name metrics(${year}) { ${everyMetric} uniqueCustomerCount } } } }`,
  );
  bounded(
    'a hundred comparisons',
    `{ ${metrics(repeat(99, (i) => `a${i}: compare(to: SAME_PERIOD_LAST_YEAR) { totals { callCount } }`))} }`,
  );
  bounded(
    'thresholds that are refused in every bucket',
    `{ ${metrics('timeSeries(interval: HOUR) { metrics { serviceLevel(withinSeconds: -1) { value } } }', year)} }`,
  );

  // Introspection.
  const types = (selection: string) => `{ __schema { types { ${selection} } } }`;
  for (const n of [2, 20, 90])
    refused(`${n} schemas`, `{ ${repeat(n, (i) => `s${i}: __schema { types { name fields { name } } }`)} }`);
  for (const n of [4, 7, 40]) {
    refused(
      `${n} lists of introspection in each other`,
      types(nested(n, 'possibleTypes { interfaces { ', 'name', '} } ')),
    );
    refused(`${n} fields of fields`, types(nested(n, 'fields { type { ofType { ', 'name', '} } } ')));
  }
  bounded(
    'many types',
    `{ ${repeat(29, (i) => `t${i}: __type(name: "CallMetrics") { fields { args { type { ofType { enumValues { name } fields { name args { name } type { name } } } } } type { ofType { fields { name type { ofType { name } name } args { name } } } } } }`)} }`,
  );
  bounded('types by name', `{ ${repeat(29, (i) => `t${i}: __type(name: "Call") { fields { name } }`)} }`);

  // JSON and the request itself.
  const valued = (json: string) =>
    `{ "query": "query ($f: CallFilter) { calls(filter: $f) { totalCount } }", "variables": { "f": ${json} } }`;
  for (const n of [65, 5000, 100_000]) {
    add('refused', `${n} lists in each other in JSON`, valued(nested(n, '[', '', ']')));
    add('refused', `${n} objects in each other in JSON`, valued(nested(Math.min(n, 20_000), '{"not":', '{}', '}')));
    add(
      'refused',
      `${n} levels in extensions`,
      `{ "query": "{ __typename }", "extensions": { "a": ${nested(n, '[', '', ']')} } }`,
    );
  }
  for (const kB of [257, 1000, 5000])
    add('refused', `a body of ${kB} kB`, JSON.stringify({ query: '{ __typename }', more: 'x'.repeat(kB * 1024) }));
  add('refused', 'JSON without an end', '['.repeat(200_000));
  add(
    'refused',
    'a batch of 2,000 operations',
    JSON.stringify(Array.from({ length: 2000 }, () => ({ query: '{ __typename }' }))),
  );
  add('refused', 'keys that are no data', '{ "query": "{ __typename }", "__proto__": { "a": 1 } }');
  add('bounded', 'one key again and again', `{ ${'"a": 1, '.repeat(20_000)} "query": "{ __typename }" }`);
  bounded('variables that nobody asks for', '{ __typename }', {
    variables: Object.fromEntries(numbers(15_000).map((i) => [`v${i}`, i])),
  });
  refused('a query kept by its hash', '', {
    extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } },
  });
  byGet('a GET of many aliases', `{ ${repeat(1000, (i) => `a${i}: __typename`)} }`);
  byGet('a GET of nested pages', '{ agents(first: 500) { nodes { calls(first: 500) { nodes { id } } } } }');
  byGet('a GET with deep variables', '{ __typename }', `{ "a": ${nested(10_000, '[', '', ']')} }`);

  // Tokens, texts and names.
  for (const n of [4001, 30_000, 120_000]) {
    refused(`${n} tokens`, `{ ${'a '.repeat(n)} }`);
    refused(`${n} lines`, `${'\n'.repeat(n)}{ accounts { name } }`);
    refused(`${n} comments`, `${'#\n'.repeat(n)}{ accounts { name } }`);
  }
  refused('tokens that are none', '\u0000'.repeat(30_000));
  refused('unicode', `{ ${'\u{1F4A5}'.repeat(40_000)} }`);
  refused('an open string', `{ callBySid(callSid: "${'x'.repeat(200_000)}`);
  refused('escapes that are wrong', `{ callBySid(callSid: "${'\\u12'.repeat(20_000)}") { id } }`);
  bounded('a string of 200 kB', `{ callBySid(callSid: "${'x'.repeat(200_000)}") { id } }`);
  bounded('a string of escapes', `{ callBySid(callSid: "${'\\u{1F4A5}'.repeat(20_000)}") { id } }`);
  bounded('a block string of 200 kB', `{ callBySid(callSid: """${'x "" '.repeat(30_000)}""") { id } }`);
  refused('a block string of many lines', `{ callBySid(callSid: """${'\n  x'.repeat(40_000)}""") { id } }`);
  bounded('a comment of 200 kB', `#${'x'.repeat(200_000)}\n{ accounts { name } }`);
  refused('a field with a name of 200 kB', `{ ${'x'.repeat(200_000)} }`);
  refused(
    'a name of 200 kB and 100 variables',
    `query ${'x'.repeat(200_000)} { ${repeat(29, (i) => `a${i}: call(id: $v${i}) { id }`)} accounts { name @skip(if: $w) id @skip(if: $x) } }`,
  );
  refused('an operation name of 200 kB', 'query A { __typename }', { operationName: 'x'.repeat(200_000) });
  refused(
    '300 operations',
    repeat(300, (i) => `query Q${i} { __typename }`),
  );
  refused(
    'operations of one name',
    repeat(500, () => 'query Q { __typename }'),
    { operationName: 'Q' },
  );
  refused(
    'operations that share a chain of fragments',
    `${repeat(250, (i) => `query Q${i} { ...F0 }`)} ${fragments(200, 'Query', (i) => (i < 199 ? `...F${i + 1}` : '__typename'))}`,
  );
  refused('variables of one name', `query (${repeat(700, () => '$v: Int')}) { __typename }`);
  refused('variables nobody uses', `query (${repeat(700, (i) => `$v${i}: Int`)}) { __typename }`);

  // What validation could spend long on.
  const wrong = ['accountz', 'cals', 'agentss', 'callMetricz', 'webhookEvent'];
  for (const n of [25, 29]) {
    refused(
      `${n} names that are nearly right`,
      `{ ${repeat(n, (i) => `a${i}: ${wrong[i % wrong.length]} { nodes { id } }`)} }`,
    );
  }
  refused('wrong fields in a list', `{ calls { nodes { ${repeat(3900, (i) => `startedAtt${i}`)} } } }`);
  refused('wrong arguments', `{ calls(${repeat(900, (i) => `firsst${i}: 1`)}) { totalCount } }`);
  refused('one field 3,900 times', `{ accounts { ${'name '.repeat(3900)} } }`);
  refused('__typename 3,900 times', `{ ${'__typename '.repeat(3900)} }`);
  bounded('one field 700 times', `{ accounts { ${'name '.repeat(700)} } }`);
  refused('fields that contradict each other', `{ accounts { ${'a: name '.repeat(45)} ${'a: id '.repeat(45)} } }`);
  refused(
    'objects that contradict each other',
    `{ ${repeat(14, () => 'a: agents { nodes { id } }')} ${repeat(14, () => 'a: calls { nodes { id } }')} }`,
  );
  bounded('lists asked for in each other, twice each', `{ agents(first: 2) { nodes { ${nestedTwice(3)} } } }`);
  refused('arguments that contradict each other', `{ ${repeat(28, (i) => `calls(first: ${i + 1}) { totalCount }`)} }`);
  refused(
    'mutations by the dozen',
    `mutation { ${repeat(11, (i) => `a${i}: updateAgent(id: "${agents[0]}", name: "x") { id }`)} }`,
  );
  refused('a subscription', 'subscription { calls { nodes { id } } }');

  // At the limits.
  atLimits('rows at their limit', `{ agents(first: 500) { nodes { calls(first: 59) { nodes { id } } } } }`);
  atLimits('pages at their limit', `{ ${repeat(29, (i) => `a${i}: calls(first: 500) { nodes { ${everyCall} } }`)} }`);
  bounded(
    'a page in full',
    `{ calls(first: 500) { nodes { ${everyCall} agent { name } customer { number } campaign { campaignCode } account { name } } totalCount } }`,
  );
  atLimits(
    'ids at their limit',
    `query ($ids: [ID!]!) { ${repeat(30, (i) => `a${i}: nodes(ids: $ids) { id ... on Call { ${everyCall} } }`)} }`,
    { variables: { ids: manyIds(250) } },
  );
  atLimits('counts at their limit', `{ agents(first: 500) { nodes { calls { totalCount } } } }`);
  atLimits(
    'filters under every agent',
    `query ($f: CallFilter) { agents(first: 500) { nodes { calls(filter: $f, first: 10) { nodes { id } } } } }`,
    { variables: { f: { or: Array.from({ length: 450 }, (_, i) => ({ durationSeconds: { eq: i } })) } } },
  );
  bounded(
    'pages that are refused under every agent',
    '{ agents(first: 500) { nodes { calls(first: 0) { nodes { id } } } } }',
  );
  return all;
}

function nestedTwice(depth: number): string {
  if (depth === 0) return 'id';
  const inner = nestedTwice(depth - 1);
  return `calls(first: 2) { nodes { agent { ${inner} } } } calls(first: 2) { nodes { agent { ${inner} } } }`;
}
