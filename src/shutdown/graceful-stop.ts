import type { Logger } from 'pino';

/** What is closed first, next and last; within a stage all at once. */
const stages = ['work', 'connections', 'database'] as const;
export type Stage = (typeof stages)[number];

export type GracefulStop = {
  /** Notes how an opened part is closed. Throws where the process was told to end while the part was being opened. */
  closeLater: (stage: Stage, close: () => Promise<unknown>) => void;
  /** Aborted once the process is told to end. */
  told: AbortSignal;
  /** Tells it to end, for a reason that is no signal. */
  tell: (why: string) => void;
  /** Closes all parts, stage by stage, and ends the process. */
  end: (exitCode: number) => Promise<void>;
};

/** All is over within 15 seconds. */
const patienceMs = 14_000;
/** npm passes Ctrl-C on to a service whose terminal has told it already: that is no second wish. */
const sameWishMs = 1_000;

/** Lets SIGTERM, SIGINT and SIGHUP end the process in order. A second one, or 14 seconds, ends it at once with exit code 1. */
export function stopGracefully(log: Logger): GracefulStop {
  const parts: { stage: Stage; close: () => Promise<unknown> }[] = [];
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
  const begin = (why: object) => {
    toldAt = Date.now();
    log.info(why, 'stopping');
    limitTime();
    told.abort();
  };
  const onSignal = (signal: NodeJS.Signals) => {
    if (!told.signal.aborted) begin({ signal });
    else if (Date.now() - toldAt > sameWishMs) giveUp(`a second signal came, ${signal}`);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal);

  const closeAll = async (exitCode: number) => {
    limitTime();
    let code = exitCode;
    const failed = (err: unknown) => {
      log.error({ err }, 'a part could not be closed');
      code = 1;
    };
    for (const stage of stages) {
      const now = parts.filter((part) => part.stage === stage);
      await Promise.all(now.map(({ close }) => close().catch(failed)));
    }
    if (told.signal.aborted) log.info('stopped');
    process.exit(code);
  };
  return {
    closeLater: (stage, close) => {
      parts.push({ stage, close });
      told.signal.throwIfAborted();
    },
    told: told.signal,
    tell: (why) => {
      if (!told.signal.aborted) begin({ why });
    },
    end: (exitCode) => {
      ending ??= closeAll(exitCode);
      return ending;
    },
  };
}
