import pg from 'pg';

/** COPY FROM STDIN, with its data sent along at once: a server that refuses the statement passes over them. */
export class CopyIn extends pg.Query {
  /** Settles with the statement. */
  readonly done: Promise<void>;
  /** Ends a statement that is not sent. */
  readonly refuse: (error: unknown) => void;

  constructor(text: string, data: Buffer) {
    let settle: (error?: unknown) => void = () => {};
    const done = new Promise<void>((resolve, reject) => {
      settle = (error) => (error ? reject(error) : resolve());
    });
    super(text, (error) => settle(error));
    this.done = done;
    this.refuse = settle;
    this.submit = (connection) => {
      const { stream } = connection;
      stream.cork();
      connection.query(text);
      stream.write(data);
      stream.uncork();
    };
  }

  handleCopyInResponse(): void {}
}
