import type { Logger } from 'pino';

export type GracefulStop = {
  /** Notes how an opened part is closed. Throws where the process was told to end while the part was being opened. */
  closeLater: (close: () => Promise<unknown>) => void;
  /** Aborted once the process is told to end. */
  told: AbortSignal;
  /** Closes all parts, the last opened first, and ends the process. */
  end: (exitCode: number) => Promise<void>;
};

/** Supervisors kill after 30 seconds or more; this must be over before. */
const patienceMs = 25_000;
/** npm passes Ctrl-C on to a service whose terminal has told it already: that is no second wish. */
const sameWishMs = 1_000;

/** Lets SIGTERM, SIGINT and SIGHUP end the process in order. A second one, or 25 seconds, ends it at once with exit code 1. */
export function stopGracefully(log: Logger): GracefulStop {
  const parts: (() => Promise<unknown>)[] = [];
  const told = new AbortController();
  let toldAt = 0;
  let ending: Promise<void> | undefined;

  const giveUp = (why: string) => {
    log.error(`ending without having closed everything: ${why}`);
    process.exit(1);
  };
  const limitTime = () => {
    setTimeout(() => giveUp(`it took more than ${patienceMs / 1000} seconds`), patienceMs).unref();
  };
  const tell = (signal: NodeJS.Signals) => {
    if (told.signal.aborted) {
      if (Date.now() - toldAt > sameWishMs) giveUp(`a second signal came, ${signal}`);
      return;
    }
    toldAt = Date.now();
    log.info({ signal }, 'stopping');
    limitTime();
    told.abort();
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, tell);

  const closeAll = async (exitCode: number) => {
    limitTime();
    let code = exitCode;
    for (const close of parts.reverse()) {
      await close().catch((err) => {
        log.error({ err }, 'a part could not be closed');
        code = 1;
      });
    }
    if (told.signal.aborted) log.info('stopped');
    process.exit(code);
  };
  return {
    closeLater: (close) => {
      parts.push(close);
      told.signal.throwIfAborted();
    },
    told: told.signal,
    end: (exitCode) => {
      ending ??= closeAll(exitCode);
      return ending;
    },
  };
}
