import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { countDigits } from './count-digits.ts';
import { digitRun, digitsForDatabase, mask } from './digit-runs.ts';

const fewestDigits = 7;

// What parts an address from the text around it. Composing letters and their marks (NFC), or another case, makes none of these of
// others: a text is masked alike however it is written.
const around = String.raw`\u0001-\u0020@\uff20,;:"\(\)\[\]<>\u0338\u226e\u226f•`;
/**
 * An e-mail address, written for JavaScript and PostgreSQL alike. Its parts have an end, as those of addresses do: looking for one in
 * a long text would take the square of its length.
 */
export const addressPattern = `[^${around}]{1,64}[@\uff20][^${around}.]{1,63}(?:\\.[^${around}.]{1,63})+`;
const addresses = new RegExp(addressPattern, 'gu');

/** A text as it is shown where numbers are masked: what may be a number or an e-mail address in it is hidden. */
export function maskText(text: string): string {
  const digits = countDigits(text);
  if (digits !== null && digits < fewestDigits && !text.includes('@')) return text;
  return text.replace(addresses, mask).replace(digitRun, mask);
}

/** The same in SQL. */
export function maskTextSql(text: SQLWrapper): SQL {
  const withoutAddresses = sql`regexp_replace(${text}, ${addressPattern}, ${mask}, 'g')`;
  return sql`regexp_replace(${withoutAddresses}, ${digitsForDatabase().pattern}, ${mask}, 'g')`;
}
