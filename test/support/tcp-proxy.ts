import { connect as connectTo, createServer, type Socket } from 'node:net';

export type Direction = 'toServer' | 'toClient';

export type Target = { host: string; port: number };

export type Chunk = {
  bytes: Buffer;
  direction: Direction;
  connection: ProxiedConnection;
};

/** Sees each chunk before it is passed on. A promise holds it, and what follows that way, back until it is settled. */
export type ChunkHook = (chunk: Chunk) => unknown;

export type ProxiedConnection = {
  /** Counted from 1, in the order they came. */
  id: number;
  /** From here on nothing passes on this connection, either way, until it or the proxy is resumed. */
  stall: () => void;
  resume: () => void;
  /** Destroys both ends. */
  cut: () => void;
};

export type TcpProxy = {
  port: number;
  /** From here on nothing passes either way and nothing is lost; new connections are accepted in silence. */
  stall: () => void;
  /** Passes on what was held back, ends of connections too, in its order. */
  resume: () => void;
  /** Destroys all connections, on both sides. */
  cut: () => void;
  /** Where connections lead that are made from now on. Those there are stay where they are. */
  retarget: (target: Target) => void;
  /** Sees what passes from now on; a hook may call stall, which then holds the chunk that it sees. */
  onChunk: (hook: ChunkHook | null) => void;
  /** Those that are open on either side. */
  connections: () => ProxiedConnection[];
  close: () => Promise<void>;
};

/** So much is kept of a stalled direction before its sender has to wait too. */
const keptBytes = 4 * 1024 * 1024;

/** A TCP proxy on 127.0.0.1 that falls silent, cuts or holds back at will: a network with faults. */
export async function openProxy(target: Target): Promise<TcpProxy> {
  let to = target;
  let hook: ChunkHook | null = null;
  let isSilent = false;
  let count = 0;
  const open = new Set<Connection>();
  const around: Around = {
    isSilent: () => isSilent,
    target: () => to,
    see: (chunk) => hook?.(chunk),
    gone: (connection) => open.delete(connection),
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const connection = new Connection(++count, client, around);
    open.add(connection);
    connection.start();
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  const cut = () => {
    for (const connection of open) connection.cut();
  };
  return {
    port: address.port,
    stall: () => {
      isSilent = true;
    },
    resume: () => {
      isSilent = false;
      for (const connection of open) connection.resume();
    },
    cut,
    retarget: (target) => {
      to = target;
    },
    onChunk: (seen) => {
      hook = seen;
    },
    connections: () => [...open],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}

type Around = {
  isSilent: () => boolean;
  target: () => Target;
  see: ChunkHook;
  gone: (connection: Connection) => void;
};

class Connection implements ProxiedConnection {
  readonly id: number;
  readonly #client: Socket;
  readonly #around: Around;
  #isStalled = false;
  #isOver = false;
  #ways: Way[] = [];

  constructor(id: number, client: Socket, around: Around) {
    this.id = id;
    this.#client = client;
    this.#around = around;
    client.on('error', () => {});
  }

  get isStalled(): boolean {
    return this.#isStalled || this.#around.isSilent();
  }

  /** Reaches for the server, once the network is not silent. */
  start(): void {
    if (this.isStalled || this.#ways.length > 0 || this.#isOver) return;
    const server = connectTo({ ...this.#around.target(), allowHalfOpen: true, noDelay: true });
    const way = (direction: Direction, from: Socket, to: Socket) =>
      new Way(from, to, {
        mayPass: () => !this.isStalled,
        see: (bytes) => this.#around.see({ bytes, direction, connection: this }),
        closed: () => {
          if (this.#ways.every(({ isClosed }) => isClosed)) this.#around.gone(this);
        },
      });
    this.#ways = [way('toServer', this.#client, server), way('toClient', server, this.#client)];
  }

  stall(): void {
    this.#isStalled = true;
  }

  resume(): void {
    this.#isStalled = false;
    this.start();
    for (const way of this.#ways) void way.pass();
  }

  cut(): void {
    this.#isOver = true;
    this.#client.destroy();
    for (const way of this.#ways) way.destroy();
    this.#around.gone(this);
  }
}

type WayOptions = { mayPass: () => boolean; see: (bytes: Buffer) => unknown; closed: () => void };

/** What one side sends to the other. */
class Way {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #options: WayOptions;
  readonly #kept: { bytes: Buffer; isSeen: boolean }[] = [];
  #keptBytes = 0;
  #isEnded = false;
  #isBroken = false;
  #isPassing = false;
  isClosed = false;

  constructor(from: Socket, to: Socket, options: WayOptions) {
    this.#from = from;
    this.#to = to;
    this.#options = options;
    from.on('data', (bytes) => {
      this.#kept.push({ bytes, isSeen: false });
      this.#keptBytes += bytes.length;
      if (this.#keptBytes > keptBytes) from.pause();
      void this.pass();
    });
    from.on('end', () => {
      this.#isEnded = true;
      void this.pass();
    });
    from.on('error', () => {
      this.#isBroken = true;
    });
    from.on('close', () => {
      this.#isEnded = true;
      void this.pass();
    });
  }

  /** Passes on what there is, as far as it may. */
  async pass(): Promise<void> {
    if (this.#isPassing || this.isClosed) return;
    this.#isPassing = true;
    for (let [next] = this.#kept; next; [next] = this.#kept) {
      if (!next.isSeen) {
        next.isSeen = true;
        const held = this.#options.see(next.bytes);
        if (held instanceof Promise) await held;
      }
      if (this.isClosed || !this.#options.mayPass()) break;
      this.#kept.shift();
      this.#keptBytes -= next.bytes.length;
      this.#to.write(next.bytes);
      if (this.#keptBytes <= keptBytes) this.#from.resume();
    }
    this.#isPassing = false;
    if (this.isClosed || this.#kept.length > 0 || !this.#isEnded || !this.#options.mayPass()) return;
    this.isClosed = true;
    // A connection that was reset, or never made, is reset for the other side too.
    if (this.#isBroken) this.#to.destroy();
    else this.#to.end();
    this.#options.closed();
  }

  destroy(): void {
    this.isClosed = true;
    this.#from.destroy();
    this.#to.destroy();
  }
}
