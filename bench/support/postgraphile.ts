import type { Wanted } from '../pages/page-of-calls.ts';
import { type Child, startChild } from './children.ts';

/** PostGraphile with pg-aggregates on a database, on the Node that its own package.json brings. */
export function startPostgraphile(url: string, port: number): Promise<Child> {
  const program = 'bench/postgraphile/node_modules/node/bin/node';
  return startChild('postgraphile', ['bench/postgraphile/server.mjs', url, String(port)], port, {}, program);
}

/** The same page as pageQuery asks for. */
export function postgraphilePage({ column, id }: Wanted) {
  return {
    query: `query Page($condition: CallCondition) {
      allCalls(condition: $condition, first: 50, orderBy: [STARTED_AT_DESC, ROW_ID_DESC]) {
        nodes {
          id: rowId callSid direction status disposition customerNumber agentNumber
          startedAt endedAt durationSeconds talkSeconds waitSeconds
          agent { name }
        }
        pageInfo { hasNextPage endCursor }
      }
    }`,
    variables: { condition: { [column]: String(id) } },
  };
}
