/** What a clock on the wall of a zone shows, minute by minute, straight from Intl: slow, and knows nothing of our code. */
export type WallMinute = { ms: number; local: number; offset: number };

const minuteMs = 60_000;

/** Local time at a moment, as the milliseconds it would be in UTC. */
export function wallClock(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (ms) => {
    const numbers = format.format(ms).match(/\d+/g) ?? [];
    const [day = 0, month = 0, year = 0, hour = 0, minute = 0, second = 0] = numbers.map(Number);
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
}

/** Every minute of [from, to). */
export function wallMinutes(zone: string, from: number, to: number): WallMinute[] {
  const clock = wallClock(zone);
  const minutes: WallMinute[] = [];
  for (let ms = from; ms < to; ms += minuteMs) {
    const local = clock(ms);
    minutes.push({ ms, local, offset: local - ms });
  }
  return minutes;
}

/** Days on which the clocks of a zone did something, and some quiet ones. */
export const oddDays: ReadonlyArray<readonly [zone: string, date: string]> = [
  ['UTC', '2026-07-01'],
  ['Asia/Kolkata', '2026-07-01'],
  ['Asia/Kathmandu', '1986-01-01'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Pacific/Chatham', '2026-04-05'],
  ['Pacific/Chatham', '2026-09-27'],
  ['America/Havana', '2026-03-08'],
  ['America/Havana', '2026-11-01'],
  ['Atlantic/Azores', '2026-03-29'],
  ['Atlantic/Azores', '2026-10-25'],
  ['America/St_Johns', '2006-04-02'],
  ['America/St_Johns', '2006-10-29'],
  ['Pacific/Apia', '2011-12-30'],
  ['Europe/London', '2026-03-29'],
  ['Europe/London', '2026-10-25'],
];

/** The zones of oddDays. */
export const oddZones = [...new Set(oddDays.map(([zone]) => zone))];
