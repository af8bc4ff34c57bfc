/** The running service. */
export const url = process.env.API_URL ?? '';
/** How many calls it has, one every four hours, the newest four hours ago. */
export const callCount = Number(process.env.CALL_COUNT);

/** fetch, and how often it was called. */
export function countedFetch() {
  const counted = { requests: 0 };
  const send: typeof fetch = (...args) => {
    counted.requests += 1;
    return fetch(...args);
  };
  return { counted, send };
}
