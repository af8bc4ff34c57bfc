import { Worker } from 'node:worker_threads';

/** Another client: it asks for nothing, again and again, on a connection and a thread of its own. */
export type Probe = {
  /** The longest that it has waited since it was asked last, in milliseconds, what it waits for now included. */
  longestWait: () => Promise<number>;
  stop: () => Promise<unknown>;
};

// Plain JavaScript: a thread has no loader for anything else.
const program = `
const { Agent, request } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const body = JSON.stringify({ query: '{ __typename }' });
const headers = { 'content-type': 'application/json', 'content-length': body.length };
let longest = 0;
let since = null;
const ask = () => {
  since = performance.now();
  const sent = request(workerData.url, { method: 'POST', headers, agent }, (response) => {
    response.resume();
    response.on('end', () => {
      longest = Math.max(longest, performance.now() - since);
      since = null;
      setTimeout(ask, 10);
    });
  });
  sent.on('error', () => { longest = Infinity; setTimeout(ask, 100); });
  sent.end(body);
};
parentPort.on('message', () => {
  parentPort.postMessage(Math.max(longest, since === null ? 0 : performance.now() - since));
  longest = 0;
});
ask();
`;

export function startProbe(url: string): Probe {
  const worker = new Worker(program, { eval: true, workerData: { url } });
  return {
    longestWait: () =>
      new Promise((resolve) => {
        worker.once('message', resolve);
        worker.postMessage('tell');
      }),
    stop: () => worker.terminate(),
  };
}
