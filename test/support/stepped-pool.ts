import pg from 'pg';

/** A pool whose statements go one at a time, with something else done before each of them. */
export function steppedPool(url: string, before: (text: string) => Promise<void>): pg.Pool {
  class SteppedClient extends pg.Client {
    #last: Promise<unknown> = Promise.resolve();

    override query(...given: unknown[]): never {
      const [what] = given as [string | { text?: string; submit?: unknown }];
      const text = typeof what === 'string' ? what : (what.text ?? '');
      const send = super.query.bind(this) as unknown as (...given: unknown[]) => unknown;
      const sent = this.#last.then(() => before(text)).then(() => send(...given));
      this.#last = sent.catch(() => {});
      // COPY is an object that tells its end itself.
      const isCopy = typeof what === 'object' && 'submit' in what;
      return (isCopy ? what : sent) as never;
    }
  }
  return new pg.Pool({ connectionString: url, max: 1, Client: SteppedClient as never });
}
