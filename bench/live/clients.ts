import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** What a process of subscribers is told by its starter, as JSON in its first argument. */
export type ClientsInput = { port: number; filters: object[] };
/** What it says: that all are subscribed, and what came to whom, by the monotonic clock of the machine. */
export type ClientsSay = 'subscribed' | { came: [callSid: string, status: string, atMs: number][] };

const { port, filters } = JSON.parse(process.argv[2] ?? '{}') as ClientsInput;
const say = (said: ClientsSay) => process.send?.(said);
const perConnection = 10;
let came: [string, string, number][] = [];

const query =
  'subscription ($filter: CallFilter) { callChanged(filter: $filter) { callSid status customerNumber agent { name } } }';
type Changed = { callChanged: { callSid: string; status: string } };

for (let from = 0; from < filters.length; from += perConnection) {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
  });
  for (const filter of filters.slice(from, from + perConnection)) {
    client.subscribe<Changed>(
      { query, variables: { filter } },
      {
        next: ({ data, errors }) => {
          if (errors || !data) throw new Error(JSON.stringify(errors));
          came.push([data.callChanged.callSid, data.callChanged.status, Number(process.hrtime.bigint()) / 1e6]);
        },
        error: (error) => {
          throw error instanceof Error ? error : new Error(JSON.stringify(error));
        },
        complete: () => {},
      },
    );
  }
}
// A subscription that has begun says nothing of it: by then all have.
setTimeout(() => say('subscribed'), 8000);
process.on('message', () => {
  say({ came });
  came = [];
});
process.on('disconnect', () => process.exit());
