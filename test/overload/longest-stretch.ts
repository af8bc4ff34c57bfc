/** The longest time for which a thread was held at a stretch while work was done, in milliseconds. */
export async function longestStretch<Result>(work: () => Promise<Result>): Promise<{ ms: number; result: Result }> {
  let longest = 0;
  let isDone = false;
  let at = performance.now();
  let used = process.cpuUsage();
  const look = () => {
    const now = performance.now();
    const { user, system } = process.cpuUsage(used);
    // A busy machine makes others wait, too: only time in which this process was at work counts.
    longest = Math.max(longest, Math.min(now - at, (user + system) / 1000));
    at = now;
    used = process.cpuUsage();
    if (!isDone) setImmediate(look);
  };
  setImmediate(look);
  const result = await work();
  isDone = true;
  return { ms: longest, result };
}
