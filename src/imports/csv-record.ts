export type CsvRecord = {
  values: string[];
  /** Whether something follows the end of a quoted value: perhaps that was not its end. */
  isOdd: boolean;
};

/** The values of one CSV record; null if a quoted one does not end. */
export function readCsvRecord(text: string, delimiter: string): CsvRecord | null {
  if (!text.includes('"')) return { values: text.split(delimiter), isOdd: false };
  const values: string[] = [];
  let isOdd = false;
  for (let at = 0; ; at++) {
    const quoted = /^ *"/.exec(text.slice(at, at + 100));
    let value = '';
    if (quoted) {
      at += quoted[0].length;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) return null;
        value += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        at += 1;
      }
    }
    const found = text.indexOf(delimiter, at);
    const end = found < 0 ? text.length : found;
    const rest = text.slice(at, end);
    const hasRest = !quoted || rest.trim() !== '';
    values.push(hasRest ? value + rest : value);
    isOdd ||= quoted !== null && hasRest;
    at = end;
    if (found < 0) return { values, isOdd };
  }
}

const delimiters = [',', ';', '\t', '|'];

/** What stands between the values of a first line: the sign that it has most of, outside quotes. */
export function delimiterOf(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] as string;
}
