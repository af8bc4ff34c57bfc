const lastCodePoint = 0x10ffff;
const isSurrogate = (point: number) => point >= 0xd800 && point <= 0xdfff;

/** A set of characters, written as between the brackets of a regular expression with the flag v. */
type CharacterSet = string;

/** The code points of each of some sets, in order: all that a text of the database can hold. Every one there is has to be asked. */
export function charactersOf(sets: readonly CharacterSet[]): number[][] {
  const inAny = new RegExp(`[${sets.map((set) => `[${set}]`).join('')}]`, 'v');
  const points: number[] = [];
  for (let point = 1; point <= lastCodePoint; point++) {
    if (!isSurrogate(point) && inAny.test(String.fromCodePoint(point))) points.push(point);
  }
  return sets.map((set) => {
    const isIn = new RegExp(`[${set}]`, 'v');
    return points.filter((point) => isIn.test(String.fromCodePoint(point)));
  });
}

/** Code points, which are in order, as a bracket expression of PostgreSQL: their ranges. */
export function bracketOf(points: readonly number[]): string {
  const ranges: { from: number; to: number }[] = [];
  for (const point of points) {
    const last = ranges.at(-1);
    if (last?.to === point - 1) last.to = point;
    else ranges.push({ from: point, to: point });
  }
  return `[${ranges.map(({ from, to }) => (from === to ? written(from) : `${written(from)}-${written(to)}`)).join('')}]`;
}

/** What may mean something in a pattern by its number. */
const written = (point: number) =>
  point < 0x80 ? `\\u${point.toString(16).padStart(4, '0')}` : String.fromCodePoint(point);
