/** A moment in UTC as `YYYY-MM-DDTHH:MM:SS.mmmZ`: sorts as text, and is what the API shows. */
export type Instant = string;

/** The instant of a count of milliseconds since 1970. */
export function instantOf(ms: number): Instant {
  return new Date(ms).toISOString();
}

/** Milliseconds since 1970. */
export function msOf(instant: Instant): number {
  return Date.parse(instant);
}
