import { zoneSpellings } from './zone-spellings.ts';

const name = /^[A-Za-z][\w+-]*(\/[\w+-]+)*$/;
/** Names that Node also takes and that are of no place: three letters that mean several zones, and settings of a machine. */
const noZone = /^([A-Za-z]{3}|SystemV\/.*|Factory|localtime|posixrules|posix\/.*|right\/.*|Etc\/Unknown)$/i;

const known = new Set<string>();

/**
 * Whether a text names a time zone: each name and alias that Node knows, spelt as the IANA database spells it. What the
 * database knows does not matter, for it is never asked.
 */
export function isTimeZoneName(text: string): boolean {
  if (known.has(text)) return true;
  const spelling = zoneSpellings.get(text.toLowerCase());
  // A name that came after the list was made is taken as it is.
  const isSpelt = spelling === undefined ? name.test(text) && !noZone.test(text) : spelling === text;
  if (!isSpelt || !isKnownHere(text)) return false;
  if (spelling !== undefined) known.add(text);
  return true;
}

function isKnownHere(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-US', { timeZone: zone }));
  } catch {
    return false;
  }
}
