import { noValue } from '../store/chunk.ts';

/** How many calls there are of each class, by its code, with so many seconds: one entry for each combination that occurs. */
export type SecondsCounts = { codes: Uint16Array; seconds: Int32Array; counts: Uint32Array };

// Seconds below are counted at places of a table, at its end the missing ones; there are few others.
const places = 4096;
const missing = places - 1;

let table = new Uint32Array(0);
let touched = new Int32Array(0);

/** Counts calls given by the codes of their classes and by their seconds, which may be noValue. */
export function countSeconds(codes: Uint16Array, seconds: Int32Array, classCount: number): SecondsCounts {
  if (table.length < classCount * places) table = new Uint32Array(classCount * places);
  if (touched.length < codes.length) touched = new Int32Array(codes.length);
  const others = new Map<number, number>();
  let found = 0;
  for (let k = 0; k < codes.length; k++) {
    const value = seconds[k] as number;
    const code = codes[k] as number;
    const isAtPlace = (value >= 0 && value < missing) || value === noValue;
    if (!isAtPlace) {
      const key = value * 2 ** 16 + code;
      others.set(key, (others.get(key) ?? 0) + 1);
      continue;
    }
    const place = code * places + (value === noValue ? missing : value);
    const count = table[place] as number;
    if (count === 0) touched[found++] = place;
    table[place] = count + 1;
  }
  const size = found + others.size;
  const made = { codes: new Uint16Array(size), seconds: new Int32Array(size), counts: new Uint32Array(size) };
  for (let i = 0; i < found; i++) {
    const place = touched[i] as number;
    const value = place % places;
    made.codes[i] = (place - value) / places;
    made.seconds[i] = value === missing ? noValue : value;
    made.counts[i] = table[place] as number;
    table[place] = 0;
  }
  for (const [key, count] of others) {
    const value = Math.floor(key / 2 ** 16);
    made.codes[found] = key - value * 2 ** 16;
    made.seconds[found] = value;
    made.counts[found++] = count;
  }
  return made;
}
