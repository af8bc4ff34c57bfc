import { once } from 'node:events';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { PgTable } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { BinaryText } from '../../src/db/binary-value.ts';
import { copyEnd, copyForm, copyHead } from '../../src/db/copy-rows.ts';

/**
 * Inserts rows batch by batch with one COPY: each further one into a table that was just emptied would begin behind pages
 * that the one before had taken and not used. A batch is made while the database takes the one before.
 */
export async function copyBatches<Row extends object>(
  client: pg.Client,
  { table, columns, batches }: { table: PgTable; columns: readonly string[]; batches: Iterable<readonly Row[]> },
): Promise<void> {
  const { text, append } = copyForm<Row>(table, columns, { isFrozen: true });
  const { stream } = client.connection;
  const bytes = new BinaryText();
  let failure: Error | undefined;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve, reject) => {
    client.query(new OpenCopy(text, begin, (error) => (error ? reject(error) : resolve())));
  });
  ended.catch((error: Error) => {
    failure = error;
    begin();
    stream.emit('drain');
  });
  let sent: Promise<unknown> = Promise.resolve();
  const send = async () => {
    const data = bytes.whole();
    const message = Buffer.allocUnsafe(data.length + 5);
    message.write('d', 0);
    message.writeInt32BE(data.length + 4, 1);
    data.copy(message, 5);
    bytes.clear();
    await sent;
    if (!failure && !stream.write(message)) sent = once(stream, 'drain');
  };
  await begun;
  bytes.raw(copyHead);
  for (const batch of batches) {
    if (failure) break;
    append(bytes, batch);
    await send();
    await otherWork(); // what the socket could not take at once
  }
  bytes.int16(copyEnd);
  await send();
  await sent;
  if (!failure) stream.write(Buffer.from([0x63, 0, 0, 0, 4])); // CopyDone
  await ended;
}

class OpenCopy extends pg.Query {
  readonly #begin: () => void;

  constructor(text: string, begin: () => void, done: (error: Error | undefined) => void) {
    super(text, done);
    this.#begin = begin;
    this.submit = (connection) => connection.query(text);
  }

  handleCopyInResponse(): void {
    this.#begin();
  }
}
