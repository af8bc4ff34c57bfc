import { parentPort, workerData } from 'node:worker_threads';

// Stands in for a thread that does what it is told to do wrong.
const beat = () => Atomics.add(workerData.beats, 0, 1);
const kept = [];
const faults = {
  loop: () => {
    for (;;);
  },
  pattern: () => /^(a+)+$/.test(`${'a'.repeat(60)}b`),
  objects: () => {
    for (let i = 0; ; i++) kept.push({ i, text: `of ${i}` });
  },
  wait: () => setTimeout(() => parentPort.postMessage('waited'), 3000),
};
if (workerData.failsAtStart) throw Object.assign(new Error('+919812345678 is in no log'), { code: 'ERR_OF_A_TEST' });
if (workerData.hangsAtStart) faults.loop();
beat();
setInterval(beat, 50).unref();
parentPort.on('message', (told) => {
  if (told === 'stop') return workerData.isDeaf ? undefined : parentPort.close();
  faults[told]();
});
parentPort.postMessage('up');
