// So many thresholds and percentiles are in use at once; whoever asks for more different ones pays for making them.
const maxKept = 1000;

/** Makes a thing once for each key, which tells all that matters of the arguments. */
export function memoize<Args extends readonly unknown[], Made extends object>(
  keyOf: (...args: Args) => string,
  make: (...args: Args) => Made,
): (...args: Args) => Made {
  const made = new Map<string, Made>();
  return (...args) => {
    const key = keyOf(...args);
    const known = made.get(key);
    if (known) return known;
    if (made.size >= maxKept) made.clear();
    const fresh = make(...args);
    made.set(key, fresh);
    return fresh;
  };
}
