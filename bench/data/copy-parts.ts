import { once } from 'node:events';
import pg from 'pg';
import { copyEnd, copyHead } from '../../src/postgres/rows/copy-rows.ts';

/**
 * Inserts rows by one COPY, part by part: each further COPY into a table that was just emptied would begin behind pages
 * that the one before had taken and not used.
 */
export async function copyParts(client: pg.Client, text: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const { stream } = client.connection;
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
  const send = async (rows: Uint8Array) => {
    if (failure) throw failure;
    const head = Buffer.of(0x64, 0, 0, 0, 0); // CopyData
    head.writeInt32BE(rows.length + 4, 1);
    stream.write(head);
    if (!stream.write(rows)) await once(stream, 'drain');
  };
  await begun;
  await send(copyHead);
  for await (const rows of parts) await send(rows);
  const end = Buffer.alloc(2);
  end.writeInt16BE(copyEnd);
  await send(end);
  stream.write(Buffer.of(0x63, 0, 0, 0, 4)); // CopyDone
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
