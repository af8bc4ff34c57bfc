export type ProgressBarOptions = {
  /** So many there are; null if nobody knows. */
  all: number | null;
  /** What has been done so far, in words. */
  describe?: (done: number) => string;
  out: Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };
  now?: () => number;
};

/** Where nobody watches, a line so often is enough. */
const lineEveryMs = 10_000;

/** Shows how far something has come: on a terminal as a bar in one line, elsewhere as a line every ten seconds. */
export function progressBar({
  all,
  out,
  describe = (done) => `${done} of ${all}`,
  now = Date.now,
}: ProgressBarOptions): (done: number, isLast: boolean) => void {
  const begun = now();
  let lineAt = begun;
  return (done, isLast) => {
    const share = all === null ? 0 : all === 0 ? 1 : Math.min(done / all, 1);
    const seconds = (now() - begun) / 1000;
    const left =
      isLast || done === 0 || all === null ? '' : `, ${duration((seconds / done) * Math.max(all - done, 0))} left`;
    const percent = all === null ? '' : `${Math.floor(share * 100)} %  `;
    const text = `${percent}${describe(done)}${left}`;
    if (out.isTTY && all === null) out.write(`\r${text}\x1b[K${isLast ? '\n' : ''}`);
    else if (out.isTTY) {
      const width = Math.max(Math.min((out.columns ?? 80) - text.length - 4, 40), 0);
      const filled = Math.round(share * width);
      // \x1b[K clears what a longer line before left behind.
      out.write(`\r[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${text}\x1b[K${isLast ? '\n' : ''}`);
    } else if (isLast || now() - lineAt >= lineEveryMs) {
      lineAt = now();
      out.write(`${text}\n`);
    }
  };
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${Math.ceil(seconds)} s` : `${minutes} min ${Math.round(seconds % 60)} s`;
}
