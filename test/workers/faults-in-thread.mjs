import { readFileSync, rmSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

// Loaded before the service: does to its answering thread, once, what the file FAULT_FILE asks for.
const file = process.env.FAULT_FILE;
const kept = [];
const faults = {
  loop: () => {
    for (;;);
  },
  objects: () => {
    // Small, and not so many that they take longer to make than a thread may be silent.
    for (let i = 0; ; i++) kept.push(new Array(100).fill(i + 0.5));
  },
  // In pieces that V8's own limit would not end the thread alone at, with turns of the event loop between.
  largePieces: () => {
    const numbers = new Map();
    const add = () => {
      for (let i = 0; i < 200_000; i++) numbers.set(numbers.size, i);
      kept.push(numbers);
      setImmediate(add);
    };
    add();
  },
};
if (!isMainThread && workerData?.settings) {
  const look = () => {
    let fault;
    try {
      fault = readFileSync(file, 'utf8');
    } catch {
      return;
    }
    rmSync(file);
    faults[fault]();
  };
  setInterval(look, 50).unref();
}
