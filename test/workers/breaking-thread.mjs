import { parentPort } from 'node:worker_threads';

// Stands in for a thread with a bug: it takes one question, and breaks off at the next.
let asked = 0;
parentPort.on('message', (told) => {
  if (told === 'stop') return parentPort.close();
  asked += 1;
  if (asked > 1) throw new Error('+919812345678 is in no log');
  parentPort.postMessage({ number: told.start, head: { status: 200, headers: {} }, parts: ['first'], isEnd: true });
});
parentPort.postMessage('ready');
