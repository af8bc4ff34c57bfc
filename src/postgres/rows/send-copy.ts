import { Batch } from '../batch.ts';
import { type Copied, SentStatements } from '../sent-statements.ts';
import type { Transaction } from '../statement.ts';

/** COPY FROM STDIN, with its data sent along at once: a server that refuses the statement passes over them. */
export async function sendCopy(on: Transaction, copied: Copied): Promise<void> {
  if (on instanceof SentStatements) {
    await on.query(copied);
    return;
  }
  await new Promise((resolve, reject) => {
    on.query(new Batch([{ ...copied, values: [], resolve, reject }], () => {}));
  });
}
