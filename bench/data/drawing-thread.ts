import { parentPort, workerData } from 'node:worker_threads';
import { type Call, calls } from '../../src/calls/call.table.ts';
import { BinaryText } from '../../src/postgres/rows/binary-value.ts';
import { copyForm } from '../../src/postgres/rows/copy-rows.ts';
import { msOf } from '../../src/time/instant.ts';
import { callsOfDay, type Day, type Year } from './calls-of-day.ts';
import { callColumns } from './draw-on-threads.ts';
import { noSpans, noteCall } from './spans-of-calls.ts';

// Answers a day with its calls as rows of a COPY, and null, which ends it, with the spans of all its days.
const year = workerData as Year;
const spans = noSpans(year.customers);
const { append } = copyForm<Call>(calls, callColumns);
const bytes = new BinaryText();

parentPort?.on('message', (day: Day | null) => {
  if (day === null) {
    parentPort?.postMessage(spans);
    parentPort?.close();
    return;
  }
  bytes.clear();
  for (const batch of callsOfDay(year, day)) {
    for (const call of batch) noteCall(spans, call, msOf(call.startedAt));
    append(bytes, batch);
  }
  const rows = new Uint8Array(bytes.whole());
  parentPort?.postMessage(rows, [rows.buffer]);
});
